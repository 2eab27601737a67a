import { type Diagnostic, didYouMean } from '../../diagnostic/diagnostic.ts';
import { inOneLine } from './bubble.ts';
import { expectation } from './expect.ts';
import type { Line, WrittenTranscript } from './file.ts';
import { type ChatLine, type Performers, Stage } from './stage.ts';

/** A line whose expected words are not what the bot says now, and what it says. */
export type Update = { path: PropertyKey[]; text: string };

export type TranscriptResult = {
  name: string;
  file: string;
  findings: Diagnostic[];
  updates: Update[];
  chat: ChatLine[];
  /** Choices that were tapped or typed, as `step|choice`. */
  tapped: string[];
};

/** Plays one transcript against the real conversation and holds every expectation against what happened. */
export function runTranscript(
  company: Performers,
  { transcript, source, path }: WrittenTranscript,
): TranscriptResult {
  const stage = new Stage(company, transcript);
  const findings: Diagnostic[] = [];
  const updates: Update[] = [];
  let expected = true;
  for (const [index, line] of transcript.talk.entries()) {
    const at = [...path, 'talk', index];
    const key = Object.keys(line)[0] ?? '';
    if (line.resident === undefined && line.unsend === undefined) stage.settle();
    const look = expectation(line, expectedAfter(transcript.talk, index));
    if (!look) {
      if (expected) stage.answer = [];
      expected = false;
      const problem = stage.act(line);
      if (problem === null) continue;
      findings.push(source.at([...at, key], { code: 'cannot-do', message: problem, ...meant(line, stage) }));
      break;
    }
    expected = true;
    const heard = stage.answer.map(inOneLine).join(' ／ ') || '（何も言っていません）';
    const failed = look(stage, company.flow);
    if (failed === null) continue;
    findings.push(
      source.at([...at, key], {
        code: failed.code,
        message: `${failed.message}${failed.quote ? `いまの答え: ${heard}` : ''}`,
      }),
    );
    if (failed.instead !== undefined) updates.push({ path: [...at, key], text: failed.instead });
  }
  stage.settle();
  if (stage.crash)
    findings.push(
      source.at([...path, 'name'], {
        code: 'crashed',
        message: `プログラムの不具合が起きました: ${stage.crash}`,
      }),
    );
  return {
    name: transcript.name,
    file: source.file,
    findings,
    updates,
    chat: stage.chat,
    tapped: stage.tapped,
  };
}

/** The exact bubbles that the lines after this one expect of the same answer. */
function expectedAfter(talk: readonly Line[], index: number): string[] {
  const rest = talk.slice(index + 1);
  const end = rest.findIndex((line) => expectation(line) === null);
  return rest.slice(0, end < 0 ? rest.length : end).flatMap(({ bot }) => bot ?? []);
}

function meant(line: Line, stage: Stage): { suggestion?: string } {
  const suggestion =
    line.tap === undefined
      ? undefined
      : didYouMean(
          line.tap,
          stage.offered.map(({ label }) => label),
        );
  return suggestion ? { suggestion } : {};
}
