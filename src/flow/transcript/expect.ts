import type { Flow } from '../../conversation/flow.ts';
import type { Line } from './file.ts';
import type { Stage } from './stage.ts';

/** An expectation that failed. `quote`: what was said belongs into the sentence; `instead`: what `--update` writes. */
export type Failed = { code: string; message: string; quote?: boolean; instead?: string };

/** What a line expects, or null when it does something instead. Bubbles that were matched are taken off the answer. */
export function expectation(
  line: Line,
  later: readonly string[] = [],
): ((stage: Stage, flow: Flow) => Failed | null) | null {
  const { bot, bot_contains: part, windows, choices, silent, queue, owner, step, categories } = line;
  if (bot !== undefined) return (stage) => says(stage, bot, later);
  if (part !== undefined) return (stage) => contains(stage, part);
  if (windows !== undefined) return (stage) => lists(stage, windows);
  if (choices !== undefined) return (stage) => offers(stage, choices);
  if (silent)
    return (stage) => (stage.answer.length === 0 ? null : failed('何も言わないはずでしたが、言いました。'));
  if (queue !== undefined) return (stage) => queued(stage, queue);
  if (owner !== undefined) return (stage) => owns(stage, owner);
  if (categories !== undefined) return (stage) => isAbout(stage, categories);
  if (step !== undefined) return (stage, flow) => stands(stage, step, flow);
  return null;
}

const failed = (message: string, instead?: string): Failed => ({
  code: 'said-otherwise',
  message,
  quote: true,
  ...(instead === undefined ? {} : { instead }),
});

/** `later`: what the lines after this one expect of the same answer; a bubble of theirs is not this one changed. */
function says(stage: Stage, text: string, later: readonly string[]): Failed | null {
  const found = stage.answer.findIndex((bubble) => bubble.text === text.trim());
  if (found >= 0) {
    stage.answer = stage.answer.slice(found + 1);
    return null;
  }
  const others = stage.answer.filter(
    (bubble) => bubble.windows.length === 0 && !later.some((expected) => expected.trim() === bubble.text),
  );
  // What the line just before led to is more likely meant than what was said before that.
  const newest = stage.answer.at(-1)?.act;
  const instead = others.find(({ act }) => act === newest) ?? others[0];
  if (instead) stage.answer = stage.answer.slice(stage.answer.indexOf(instead) + 1);
  return failed('このとおりには言いませんでした。', instead?.text);
}

function contains(stage: Stage, part: string): Failed | null {
  const found = stage.answer.findIndex((bubble) => bubble.text.includes(part));
  if (found < 0) return failed('この文が入った吹き出しはありませんでした。');
  stage.answer = stage.answer.slice(found + 1);
  return null;
}

function lists(stage: Stage, ids: readonly string[]): Failed | null {
  const found = stage.answer.findIndex(
    ({ windows }) => windows.length > 0 && ids.every((id) => windows.includes(id)),
  );
  if (found < 0) return failed('この窓口がそろった一覧はありませんでした。');
  stage.answer = stage.answer.slice(found + 1);
  return null;
}

function offers(stage: Stage, labels: readonly string[]): Failed | null {
  const offered = stage.offered.map(({ label }) => label);
  const missing = labels.filter((label) => !offered.includes(label) && !offered.includes(`✓ ${label}`));
  if (missing.length === 0) return null;
  return {
    code: 'not-offered',
    message: `${missing.map((label) => `「${label}」`).join('')}のボタンがありません。出ているのは ${offered.map((label) => `「${label}」`).join('') || 'ありません'}。`,
  };
}

function queued(stage: Stage, wanted: NonNullable<Line['queue']>): Failed | null {
  const talk = stage.snapshot?.talk;
  const waiting = talk?.state === 'waiting';
  if (wanted === 'empty' ? !waiting : waiting && talk.level === wanted) return null;
  return {
    code: 'not-in-queue',
    message: waiting
      ? `待つ列に入っていますが、危険度は ${talk.level} です。`
      : `待つ列に入っていません（いまは ${talk?.state ?? '始まる前'}、危険度 ${talk?.level ?? 'none'}）。`,
  };
}

function owns(stage: Stage, wanted: NonNullable<Line['owner']>): Failed | null {
  const state = stage.snapshot?.talk.state ?? 'bot';
  return state === wanted ? null : { code: 'owned-otherwise', message: `話を持っているのは ${state} です。` };
}

function isAbout(stage: Stage, wanted: readonly string[]): Failed | null {
  const about = stage.snapshot?.categories ?? [];
  if (about.length === wanted.length && wanted.every((id) => about.includes(id))) return null;
  return { code: 'about-otherwise', message: `この相談の分野は ${about.join('、') || 'ありません'} です。` };
}

function stands(stage: Stage, wanted: string, flow: Flow): Failed | null {
  if (!flow.steps.has(wanted))
    return { code: 'unknown-step', message: `ステップ「${wanted}」がありません。` };
  const step = stage.snapshot?.place.step ?? flow.start;
  return step === wanted ? null : { code: 'elsewhere', message: `いるステップは「${step}」です。` };
}
