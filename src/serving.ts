import { type Content, openContent, type Served } from './content.ts';
import type { Log } from './diagnostic/log.ts';
import type { FlowFiles } from './flow/definition.ts';
import { followRevisions, openRevisions, publishable } from './revisions.ts';
import type { Store } from './store/store.ts';

/** What a service serves. `look` puts a newer revision in force; `warnings` are for whoever started it. */
export type Serving = { content: Content; warnings: string[]; look(): Promise<number | null> };

/**
 * Opens what is served: the newest revision, and the files beside the program only where nothing was published, or where this
 * program no longer takes the revision. Files that are broken or cannot be read do not keep a published service from
 * starting; somebody is told. `read` is called once and may throw.
 */
export async function openServing(
  { store, log, read }: { store: Store; log: Log; read(): FlowFiles },
  served: Served,
): Promise<{ ok: true; serving: Serving } | { ok: false; message: string }> {
  const folder = served.flow.replace(/^flows\//u, '');
  const revisions = openRevisions(store, folder);
  const newest = await revisions.newest();
  const published = newest === null ? null : await revisions.files(newest);
  const first = published ? openContent(() => published, served) : null;
  const ours = readOr(read, log);
  const openOurs = () => (ours.ok ? openContent(() => ours.files, served) : ours);
  if (first?.ok) {
    const same =
      ours.ok &&
      JSON.stringify([...(published ?? [])]) === JSON.stringify([...publishable(ours.files, folder)]);
    const beside = same ? first : openOurs();
    const warnings = beside.ok ? [] : [loud(brokenFiles(served.flow, newest), beside)];
    if (ours.ok && ears.some((path) => published?.get(path) !== ours.files.get(path)))
      warnings.push(otherEar(newest));
    return opened(first.content, newest, warnings);
  }
  const beside = openOurs();
  if (!beside.ok)
    return first
      ? { ok: false, message: `${oldRevision(newest)}\n${first.message}\n\n${beside.message}` }
      : beside;
  return opened(beside.content, newest, first ? [loud(oldRevision(newest), first)] : []);

  function opened(content: Content, seen: number | null, warnings: string[]) {
    const { look } = followRevisions(revisions, content.serve, log, seen);
    return { ok: true, serving: { content, warnings, look } } as const;
  }
}

/** The files beside the program, or a sentence that says why there are none. */
function readOr(
  read: () => FlowFiles,
  log: Log,
): { ok: true; files: FlowFiles } | { ok: false; message: string } {
  try {
    return { ok: true, files: read() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    log({ event: 'flow-files-unreadable', code });
    return {
      ok: false,
      message: `flows フォルダーが読めません（${code}）。フォルダーの場所と、読む権限を確かめてください。`,
    };
  }
}

const stars = '*'.repeat(70);
const loud = (sentence: string, { message }: { message: string }): string =>
  `${stars}\n警告: ${sentence}\n\n${message}\n${stars}`;

/** What danger is heard with; it is published with a flow, and comes with the program. */
const ears = ['common/risk.yaml', 'common/risk.model'];

const otherEar = (number: number | null): string =>
  `${stars}\n警告: 公開ずみの ${number}番の「危険のことば」（common/risk.yaml・risk.model）は、このプログラムに付いているものと違います。新しいものを使うには、publish で公開しなおしてください。\n${stars}`;

const brokenFiles = (flow: string, number: number | null): string =>
  `${flow} のファイルは、このままでは公開できません。公開ずみの ${number}番で動いています。`;
const oldRevision = (number: number | null): string =>
  `公開ずみの ${number}番は、このプログラムと設定では動かせません。直して公開しなおすか、publish --rollback で別の番に戻してください。`;
