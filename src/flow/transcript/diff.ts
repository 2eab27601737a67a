import type { ChatLine } from './stage.ts';

/** One line of two conversations laid over each other. */
export type DiffLine = ChatLine & { change: 'same' | 'before' | 'after' };

/** Two plays of one transcript: what stayed, what was said before, what is said now. Longest common part first. */
export function diffChats(before: readonly ChatLine[], after: readonly ChatLine[]): DiffLine[] {
  const same = (a: ChatLine | undefined, b: ChatLine | undefined) => a?.who === b?.who && a?.text === b?.text;
  const common = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--) {
      const row = common[i] as Uint16Array;
      const below = common[i + 1] as Uint16Array;
      row[j] = same(before[i], after[j]) ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, now] = [before[i], after[j]];
    if (old && now && same(old, now)) {
      lines.push({ ...now, change: 'same' });
      i++;
      j++;
    } else if (old && (!now || (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0))) {
      lines.push({ ...old, change: 'before' });
      i++;
    } else if (now) {
      lines.push({ ...now, change: 'after' });
      j++;
    }
  }
  return lines;
}
