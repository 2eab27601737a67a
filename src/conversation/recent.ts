import type { Snapshot } from './snapshot.ts';

/**
 * The resident's last texts, oldest first, in whose light a new one is heard. A consultation that has ended lends no
 * words to the next: 「もう一度いいですか」 is not the danger that a counselor has seen through to its end.
 */
export function recentTexts(snapshot: Snapshot | null): string[] {
  if (!snapshot || snapshot.talk.state === 'closed') return [];
  return snapshot.recent.map(({ text }) => text);
}
