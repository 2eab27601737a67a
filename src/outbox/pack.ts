import type { Saying } from '../message/message.ts';

/**
 * Makes LINE's message objects of sayings, each as its JSON text; `ok: false` when one request cannot carry them.
 * `message/render` does it.
 */
export type Render = (
  sayings: readonly Saying[],
) => { ok: true; messages: readonly string[] } | { ok: false };

/** LINE takes five message objects a request. */
const mostMessages = 5;

/** A saying that fits one request by itself, and the message objects it becomes there, as JSON. */
export type Piece = { saying: Saying; messages: readonly string[] };

/** The saying in pieces that each fit one request; the choices stay under the last. Nearly always one piece. */
export function piecesOf(saying: Saying, render: Render): Piece[] {
  const rendered = render([saying]);
  if (rendered.ok) return [{ saying, messages: rendered.messages }];
  // What cannot be cut any more goes out empty, for LINE to refuse it: a person will see that it is dead.
  return halve(saying)?.flatMap((half) => piecesOf(half, render)) ?? [{ saying, messages: [] }];
}

/** How many of the pieces go into one request after `before` message objects, from the first on: all that fit. */
export function fitting(pieces: readonly Piece[], before = 0): number {
  let messages = before;
  const tooMany = pieces.findIndex((piece) => {
    // What could not be rendered goes alone: among others nobody would see that it is missing.
    messages += piece.messages.length || mostMessages;
    return messages > mostMessages;
  });
  return tooMany < 0 ? pieces.length : tooMany;
}

/** The message objects of pieces that fit together. Only the last one's choices are shown. */
export function together(pieces: readonly Piece[], render: Render): readonly string[] {
  const [first, ...more] = pieces;
  if (!first || more.length === 0) return first?.messages ?? [];
  const rendered = render(pieces.map(({ saying }) => saying));
  return rendered.ok ? rendered.messages : pieces.flatMap(({ messages }) => messages);
}

function halve({ speaker, messages, choices }: Saying): [Saying, Saying] | undefined {
  const [only] = messages;
  if (messages.length > 1) {
    const middle = Math.ceil(messages.length / 2);
    return [
      { speaker, messages: messages.slice(0, middle), choices: [] },
      { speaker, messages: messages.slice(middle), choices },
    ];
  }
  if (only?.kind === 'windows' && only.cards.length > 1) {
    const middle = Math.ceil(only.cards.length / 2);
    return [
      { speaker, messages: [{ ...only, cards: only.cards.slice(0, middle) }], choices: [] },
      { speaker, messages: [{ ...only, cards: only.cards.slice(middle) }], choices },
    ];
  }
  if (only?.kind === 'text' && only.text.length > 1) {
    // Between characters: half a surrogate pair is no text.
    let middle = only.text.length >> 1;
    if (/[\uDC00-\uDFFF]/u.test(only.text.charAt(middle))) middle++;
    return [
      { speaker, messages: [{ ...only, text: only.text.slice(0, middle) }], choices: [] },
      { speaker, messages: [{ ...only, text: only.text.slice(middle) }], choices },
    ];
  }
  return undefined;
}
