import { openContent } from '../../src/content.ts';
import { newSnapshot } from '../../src/conversation/begin.ts';
import type { Facts } from '../../src/conversation/draft.ts';
import type { Event, Happening } from '../../src/conversation/event.ts';
import type { Flow } from '../../src/conversation/flow.ts';
import type { Snapshot } from '../../src/conversation/snapshot.ts';
import { step } from '../../src/conversation/step.ts';
import { compileFlow } from '../../src/flow/compile.ts';
import type { FlowFiles } from '../../src/flow/definition.ts';
import { readDefinition } from '../../src/flow/definition.ts';
import { makeTriage } from '../../src/hearing.ts';
import { readFlowFiles } from '../../src/node/files.ts';
import { rootFolder } from '../../src/node/platform.ts';
import type { Detect } from '../../src/risk/finding.ts';
import { round2 } from './intake.ts';
import { median } from './traffic.ts';

/** What is decided and not done: no database, no network. */
export function benchPure(): { step_us: number; step_worst_us: number; compile_ms: number; risk_us: number } {
  const files = readFlowFiles(rootFolder);
  const opened = openContent(() => files, {
    flow: 'flows/ise',
    now: Date.now,
    examples: true,
    publicUrl: '',
  });
  if (!opened.ok) throw new Error(opened.message);
  const { flows, detect } = opened.content;
  return { ...benchStep(flows.flow(), detect), compile_ms: benchCompile(files), risk_us: benchRisk(detect) };
}

/** A resident's way through the town: menu, windows, words, danger, a counselor. */
const walk: readonly Happening[] = [
  { kind: 'follow', again: false },
  { kind: 'text', text: '仕事' },
  { kind: 'choice', data: 'category|money-housing' },
  { kind: 'media', media: 'sticker' },
  { kind: 'text', text: 'はじめから' },
  { kind: 'text', text: '家賃が払えなくて困っています' },
  { kind: 'timer', name: 'turn' },
  { kind: 'text', text: 'もう限界です。死にたいです' },
  { kind: 'accept', staff: 'yamada' },
  { kind: 'reply', staff: 'yamada', text: 'こんにちは。相談員です。' },
  { kind: 'text', text: 'ありがとうございます' },
  { kind: 'close', staff: 'yamada', outcome: 'solved' },
];

/** µs for one event: the snapshot out of its JSON, the step, and back; the mean of the walk, and its slowest event. */
function benchStep(flow: Flow, detect: Detect): { step_us: number; step_worst_us: number } {
  const start = Date.parse('2026-11-24T10:00:00+09:00');
  const events = walk.map((happening, index): Event => ({ ...happening, id: `${index}`, at: start }));
  const findings = events.map((event) => (event.kind === 'text' ? detect(event.text) : null));
  const times = events.map((): number[] => []);
  for (let round = 0; round < 400; round++) {
    let stored = JSON.stringify(newSnapshot(flow, 'ja', false));
    for (const [index, event] of events.entries()) {
      const facts: Facts = {
        now: start + index * 60_000,
        present: 1,
        free: 1,
        ahead: () => 0,

        trial: false,
      };
      const began = performance.now();
      const stepped = step(flow, JSON.parse(stored) as Snapshot, event, facts, findings[index] ?? null);
      if (!stepped.ok) throw new Error(`event ${index} was refused: ${stepped.refusal.why}`);
      stored = JSON.stringify(stepped.snapshot);
      if (round >= 100) times[index]?.push((performance.now() - began) * 1000);
    }
  }
  const each = times.map(median);
  return {
    step_us: Math.round(each.reduce((sum, one) => sum + one, 0) / each.length),
    step_worst_us: Math.round(Math.max(...each)),
  };
}

/** ms to make a flow of 200 steps out of its checked definition. */
function benchCompile(files: FlowFiles): number {
  const steps = Array.from(
    { length: 200 },
    (_, index) => `  段${index}:
    say: { ja: これは${index}番目の段です。, easy: ${index} です。, en: This is step ${index}. }
    ask:
      - { label: { ja: 次へ, easy: 次, en: Next }, go: 段${(index + 1) % 200} }
      - { label: { ja: 前へ, easy: 前, en: Back }, go: 段${(index + 199) % 200} }
      - { label: { ja: お金, easy: お金, en: Money }, category: money-housing }
`,
  );
  const own = files.get('ise/flow.yaml') ?? '';
  const grown = new Map(files).set('ise/flow.yaml', `${own}\n${steps.join('')}`);
  const { definition, diagnostics } = readDefinition(grown, 'ise');
  if (!definition) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  // What ise itself has is left out, so that it is 200.
  const wanted = [...definition.steps].slice(-200);
  definition.steps = new Map(wanted);
  const file = { ...definition.file, start: '段0' };
  const parts = {
    windows: () => ({ cards: [], more: 0, confirmed: true }) as never,
    clock: { at: () => ({ open: true, closesAt: null }), nextOpen: () => '', capacityAt: () => 2 },
    hoursText: {},
    triage: makeTriage()([]),
  };
  const times: number[] = [];
  for (let round = 0; round < 12; round++) {
    const began = performance.now();
    compileFlow({ ...definition, file }, parts, `${round}`);
    times.push(performance.now() - began);
  }
  return round2(median(times.slice(2)));
}

/** µs for 160 characters, the whole lexicon and model: a worried letter, and one with danger in it. */
function benchRisk(detect: Detect): number {
  const worry =
    '先月から仕事がうまくいかなくて、家に帰っても夫とけんかばかりしています。子どもの前では笑っているけれど、夜になると眠れません。家賃も二か月たまっていて、だれに相談したらいいのかわかりません。友だちには言えないし、実家の母も体をこわしていて心配をかけたくないです。どうしたらいいでしょうか。教えてください。';
  const letters = [
    worry,
    `${worry.slice(0, 120)}もう限界です。いっそ死んでしまいたいと思うことがあります。助けてください。`,
  ];
  const texts = letters.map((letter) => letter.padEnd(160, '。').slice(0, 160));
  const each = texts.map((text) => {
    const times: number[] = [];
    for (let round = 0; round < 3_000; round++) {
      const began = performance.now();
      detect(text, []);
      if (round >= 500) times.push((performance.now() - began) * 1000);
    }
    return times.reduce((sum, one) => sum + one, 0) / times.length;
  });
  return Math.round(each.reduce((sum, one) => sum + one, 0) / each.length);
}
