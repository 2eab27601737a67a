import type { Message, Saying } from '../../message/message.ts';

/** One bubble as a transcript sees it: its words, and the windows it lists, by their ids and as a resident reads them. */
export type Bubble = { speaker: 'bot' | 'counselor'; text: string; windows: string[]; names: string[] };

export const bubblesOf = (said: readonly Saying[]): Bubble[] =>
  said.flatMap(({ speaker, messages }) => messages.map((message) => ({ speaker, ...contentOf(message) })));

function contentOf(message: Message): Omit<Bubble, 'speaker'> {
  switch (message.kind) {
    case 'text':
      return { text: message.text.trim(), windows: [], names: [] };
    case 'link':
      return { text: `${message.text.trim()}\n［${message.label}］`, windows: [], names: [] };
    case 'windows':
      return {
        text: '',
        windows: message.cards.map(({ id }) => id),
        names: message.cards.map(({ name }) => name),
      };
  }
}

/** A bubble on one line, for a sentence about it. */
export const inOneLine = ({ text, windows }: Bubble): string =>
  windows.length > 0 ? `［窓口: ${windows.join('、')}］` : text.replace(/\s*\n\s*/gu, ' ⏎ ');
