import type { Flow } from './conversation/flow.ts';
import { type Diagnostic, formatDiagnostic } from './diagnostic/diagnostic.ts';
import type { FlowFiles } from './flow/definition.ts';
import { type FlowHolder, openFlow } from './flows.ts';
import { createEar, makeTriage, type openDetector, readTrained, unfitTriage } from './hearing.ts';
import type { Detect } from './risk/finding.ts';

/**
 * What staff write, ready to serve: the flow with its directory, and the ear for danger. `serve` puts other files in force,
 * both at once; files with a mistake are refused with a sentence, and what was in force stays.
 */
export type Content = {
  flows: FlowHolder;
  detect: Detect;
  serve(files: FlowFiles): { ok: true } | { ok: false; message: string };
};

/** What is served, and under which settings of the running program; they hold for everything put in force later. */
export type Served = {
  /** `flows/ise` */
  flow: string;
  now: () => number;
  /** 例 values may be served (DESIGN 8). */
  examples: boolean;
  /** Where residents reach this server; a flow with `talk: web` needs it for its links. */
  publicUrl: string;
  /** Another way to talk than the flow's own, to try it out. */
  talk?: 'line' | 'web';
};

/**
 * Opens the content of a municipality (`flows/ise`) from texts, the same on Node and on Workers. What a resident could be
 * failed by is refused with a sentence for whoever starts the program.
 */
export function openContent(
  read: () => FlowFiles,
  served: Served,
): { ok: true; content: Content } | { ok: false; message: string } {
  const hear = createEar();
  const opened = openFiles(read, served, hear);
  if (!opened.ok) return opened;
  let current = opened;
  return {
    ok: true,
    content: {
      flows: {
        flow: () => talkingOver(served.talk, current.flows.flow()),
        directory: (at) => current.flows.directory(at),
        deskSource: () => current.flows.deskSource(),
        emergency: (at) => current.flows.emergency(at),
        menus: () => current.flows.menus(),
        get example() {
          return current.flows.example;
        },
        reload: () => current.flows.reload(),
      },
      detect: (text, recent) => current.detect(text, recent),
      serve(files) {
        const next = openFiles(() => files, served, hear);
        if (next.ok) current = next;
        return next.ok ? { ok: true } : next;
      },
    },
  };
}

function openFiles(
  read: () => FlowFiles,
  { flow, now, examples, publicUrl, talk }: Served,
  hear: typeof openDetector,
): { ok: true; flows: FlowHolder; detect: Detect } | { ok: false; message: string } {
  const folder = flow.replace(/^flows\//u, '');
  const triage = readTrained(() => makeTriage(read().get(`${folder}/triage.model`)));
  if (!triage) return refuse(unfitTriage(flow));
  const { holder: flows, loaded } = openFlow(read, folder, now, triage);
  if (!flows) {
    const errors = loaded.diagnostics.filter(({ severity }) => severity === 'error');
    return refuse(`${flow} に誤りがあるため、このファイルでは起動できません。\n\n${inWords(errors)}`);
  }
  if (flows.example && !examples)
    return refuse(
      `${flow} には「例」の値（example: true）が残っています。正しい値に直して example を消すか、試験運用なら MADOGUCHI_TRIAL=1 を設定してください。`,
    );
  if ((talk ?? flows.flow().desk.talk) === 'web' && !publicUrl)
    return refuse(
      `${flow} は相談ページ（desk の talk: web）を使います。リンクを作るために、PUBLIC_URL にこのサーバーの https:// で始まる URL を設定してください。(talk: web needs PUBLIC_URL)`,
    );
  const ear = hear(read());
  if (!ear.ok) return refuse(ear.diagnostics.map(formatDiagnostic).join('\n\n'));
  return { ok: true, flows, detect: ear.detect };
}

const talkingOver = (talk: Served['talk'], flow: Flow): Flow =>
  talk === undefined ? flow : { ...flow, desk: { ...flow.desk, talk } };

/** Findings with their files as seen from the project's folder. */
const inWords = (found: readonly Diagnostic[]): string =>
  found.map((one) => formatDiagnostic({ ...one, file: `flows/${one.file}` })).join('\n\n');

const refuse = (message: string) => ({ ok: false, message }) as const;
