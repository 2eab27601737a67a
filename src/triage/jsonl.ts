import { z } from 'zod';
import type { Sorted } from './triage.ts';

const request = z.object({ text: z.string() });

/** One line of `madoguchi triage --jsonl`: `{"text"}` in, `{"category", "score", "ranked"}` out, or `{"error"}`. */
export function triageLine(triage: (text: string) => Sorted, line: string): string {
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch {
    return JSON.stringify({ error: 'JSON ではありません。' });
  }
  const { data } = request.safeParse(given);
  if (!data) return JSON.stringify({ error: '{"text":"…"} の形で書いてください。' });
  return JSON.stringify(triage(data.text));
}
