import { z } from 'zod';
import type { Detect } from './finding.ts';

const request = z.object({ text: z.string(), recent: z.array(z.string()).optional() });

/**
 * One line of `madoguchi risk --jsonl`: `{"text", "recent"?}` in, the finding as JSON out. A line that is not such an
 * object gives `{"error"}` in its place, so that answers stay line by line with the questions.
 */
export function riskLine(detect: Detect, line: string): string {
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch {
    return JSON.stringify({ error: 'JSON ではありません。' });
  }
  const { data } = request.safeParse(given);
  if (!data) return JSON.stringify({ error: '{"text":"…","recent":["…"]} の形で書いてください。' });
  return JSON.stringify(detect(data.text, data.recent));
}
