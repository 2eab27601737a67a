import type { TextName } from '../../conversation/texts.ts';
import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { type Definition, suggest } from '../definition.ts';
import { everyText } from './every-text.ts';

/** Variables that every text may use. */
export const commonVariables = [
  'service',
  'municipality',
  'desk.name',
  'desk.hours',
  'desk.next_open',
] as const;

/** Variables that only some named texts are given. */
export const ownVariables: Partial<Record<TextName, readonly string[]>> = {
  understood: ['category'],
  chosen_so_far: ['chosen'],
  waiting: ['queue.position'],
  busy: ['queue.position'],
  already_waiting: ['queue.position'],
  still_waiting: ['queue.position'],
  still_waiting_closed: ['queue.position'],
  owner_silent: ['queue.position'],
  owner_gone: ['queue.position'],
  page_waiting: ['queue.position'],
  muted: ['until'],
};

/** Names between `{{` and `}}`, with anything that looks like a try at one. */
const variable = /\{\{\s*(.*?)\s*\}\}/gu;

/** Variables that do not exist, or not in this text; braces that were not closed. */
export function checkVariables(definition: Definition): Diagnostic[] {
  return everyText(definition).flatMap((text) => {
    const known = [...commonVariables, ...((text.named && ownVariables[text.named]) ?? [])];
    return Object.entries(text.variants).flatMap(([language, value]) => {
      const unknown = [...value.matchAll(variable)]
        .map(([, name = '']) => name)
        .filter((name) => !known.includes(name));
      const torn = /\{\{|\}\}/u.test(value.replace(variable, ''));
      return [
        ...unknown.map((name) =>
          text.at(
            {
              code: 'unknown-variable',
              message: `「{{ ${name} }}」は${elsewhere(name) ? 'この文では使えません' : 'ありません'}。使えるのは ${known.join('、')} です。`,
              ...suggest(name, known),
            },
            language,
          ),
        ),
        ...(torn
          ? [
              text.at(
                {
                  code: 'unknown-variable',
                  message: '「{{」と「}}」が組になっていません。「{{ desk.hours }}」のように書いてください。',
                },
                language,
              ),
            ]
          : []),
      ];
    });
  });
}

const elsewhere = (name: string): boolean =>
  Object.values(ownVariables).some((names) => names.includes(name));
