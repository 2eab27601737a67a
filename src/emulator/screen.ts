import type { Person, Platform, Wire } from './platform.ts';

/** Something to tap. */
export type Button = { label: string; action: { type: string; [key: string]: unknown } };

type Fields = Record<string, unknown>;

/** All words a message object shows, in reading order; of buttons only those in a Flex message, which can hold a number to call. */
export function textsOf(message: Wire): string[] {
  switch (message.type) {
    case 'text':
    case 'textV2':
      return [String(message.text)];
    case 'template': {
      const template = fields(message.template);
      return [template, ...list(template.columns)].flatMap((part) =>
        [part.title, part.text].filter((text): text is string => typeof text === 'string'),
      );
    }
    case 'flex':
      return flexNodes(fields(message.contents)).flatMap((node) =>
        typeof node.text === 'string' ? [node.text] : toButton(node.action).map(({ label }) => label),
      );
    default:
      return [`[${message.type}]`];
  }
}

/** Quick replies show only under the newest line of the chat. */
export function choicesOf(person: Person): Button[] {
  const last = person.shown.at(-1);
  if (last?.from !== 'account') return [];
  return list(fields(last.message.quickReply).items).flatMap((item) => toButton(item.action));
}

/** Everything that can be tapped: quick replies, then buttons from the newest message up, then the rich menu. */
export function buttonsOf(platform: Platform, person: Person): Button[] {
  const inMessages = person.shown
    .filter(({ from }) => from === 'account')
    .toReversed()
    .flatMap(({ message }) => {
      if (message.type === 'flex')
        return flexNodes(fields(message.contents)).flatMap((node) => toButton(node.action));
      const template = fields(message.template);
      return [template, ...list(template.columns)]
        .flatMap((part) => [...list(part.actions), ...(part.action ? [part.action] : [])])
        .flatMap(toButton);
    });
  const menu = platform.menus.get(person.menuId ?? platform.defaultMenu ?? '');
  return [
    ...choicesOf(person),
    ...inMessages,
    ...list(menu?.definition.areas).flatMap((area) => toButton(area.action)),
  ];
}

function flexNodes(node: Fields): Fields[] {
  const blocks = ['header', 'hero', 'body', 'footer'].map((block) => node[block]);
  return [
    node,
    ...[...blocks.filter(Boolean), ...list(node.contents)].flatMap((inner) => flexNodes(fields(inner))),
  ];
}

function toButton(raw: unknown): Button[] {
  const action = fields(raw);
  if (typeof action.type !== 'string') return [];
  const label = action.label ?? action.text ?? action.displayText;
  return typeof label === 'string' ? [{ label, action: { ...action, type: action.type } }] : [];
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fields) : [];
}
