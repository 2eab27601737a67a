/** Up to this many UTF-16 units a message is read as a continuation of the ones before it. */
export const CONTINUES = 60;
/** How much of the earlier messages is read with a short one. */
const BEFORE = 200;

/** What of the earlier messages is read with a message: nothing with a long one, which stands for itself. */
export function before(recent: readonly string[], text: string, joint: string): string {
  return recent.length === 0 || text.length > CONTINUES ? '' : `${recent.join(joint).slice(-BEFORE)}${joint}`;
}

/** A message with the ones it continues, one a line. */
export const joinRecent = (recent: readonly string[], text: string): string =>
  before(recent, text, '\n') + text;
