import type { Message, Saying } from '../../message/message.ts';

/** One bubble as a transcript sees it: its words, and the windows it lists. */
export type Bubble = { speaker: 'bot' | 'counselor'; text: string; windows: string[] };

export const bubblesOf = (said: readonly Saying[]): Bubble[] =>
  said.flatMap(({ speaker, messages }) => messages.map((message) => ({ speaker, ...contentOf(message) })));

function contentOf(message: Message): { text: string; windows: string[] } {
  switch (message.kind) {
    case 'text':
      return { text: message.text.trim(), windows: [] };
    case 'link':
      return { text: `${message.text.trim()}\n［${message.label}］`, windows: [] };
    case 'windows':
      return { text: '', windows: message.cards.map(({ id }) => id) };
  }
}

/** A bubble on one line, for a sentence about it. */
export const inOneLine = ({ text, windows }: Bubble): string =>
  windows.length > 0 ? `［窓口: ${windows.join('、')}］` : text.replace(/\s*\n\s*/gu, ' ⏎ ');
