import { createGraphemes } from '../text/graphemes.ts';

/**
 * LINE's limits on what we send. line-openapi does not state most of them, so a request it calls valid can still be refused
 * by LINE with 400; they are taken from https://developers.line.biz/en/reference/messaging-api/#message-objects.
 * Texts count in UTF-16 units; labels, template texts and `displayText` in graphemes; Flex in bytes of its JSON.
 */
export const limits = {
  messages: 5,
  bodyBytes: 2 * 1024 * 1024,
  text: 5_000,
  altText: 1_500,
  quickReplies: 13,
  label: 20,
  flexLabel: 40,
  imageLabel: 12,
  data: 300,
  displayText: 300,
  uri: 1_000,
  senderName: 20,
  iconUrl: 2_000,
  bubbleBytes: 30 * 1024,
  flexBytes: 50 * 1024,
  bubbles: 12,
  columns: 10,
  templateTitle: 40,
} as const;

/** One broken limit. `property` is LINE's path (`messages[0].text`), `message` LINE's own words for it. */
export type Violation = { property: string; message: string };

type Unit = 'utf16' | 'graphemes' | 'bytes';
type Fields = Record<string, unknown>;
type Report = (property: string, message: string) => void;

/**
 * Every limit the message objects of one request break; empty when LINE would take them. `size`: their JSON has no more characters
 * than this, where that is known already.
 */
export function limitsOf(messages: readonly unknown[], size?: number): Violation[] {
  const found: Violation[] = [];
  const report: Report = (property, message) => found.push({ property, message });
  count(messages, 'messages', 1, limits.messages, report);
  // Where the whole is small, no part of it need be measured.
  const small = size !== undefined && size * MOST_UTF8 <= limits.bubbleBytes;
  const large = !small && isLarger(messages, limits.bubbleBytes);
  for (const [index, message] of messages.entries())
    ofMessage(fields(message), `messages[${index}]`, report, large);
  if (large && isLarger(messages, limits.bodyBytes))
    report('messages', `Size must be between 1 and ${limits.bodyBytes} bytes`);
  return found;
}

/** A UTF-16 unit has so many bytes in UTF-8 at most. */
const MOST_UTF8 = 3;

/** Whether a value's JSON has more than so many bytes; hardly anything needs counting. */
function isLarger(value: unknown, bytes: number): boolean {
  const json = JSON.stringify(value) ?? '';
  return json.length * MOST_UTF8 > bytes && new TextEncoder().encode(json).length > bytes;
}

/** How LINE counts: an emoji family is 1 grapheme, 11 UTF-16 units and 25 bytes. Values other than texts count as JSON. */
export function lengthOf(value: unknown, unit: Unit): number {
  if (unit === 'bytes') return new TextEncoder().encode(JSON.stringify(value) ?? '').length;
  const text = String(value);
  if (unit === 'utf16') return text.length;
  return createGraphemes().count(text);
}

function ofMessage(message: Fields, at: string, report: Report, large: boolean): void {
  switch (message.type) {
    case 'text':
    case 'textV2':
      length(message.text, `${at}.text`, 1, limits.text, 'utf16', report);
      break;
    case 'flex':
      length(message.altText, `${at}.altText`, 1, limits.altText, 'utf16', report);
      ofFlex(fields(message.contents), `${at}.contents`, report, large);
      break;
    case 'template':
      length(message.altText, `${at}.altText`, 1, limits.altText, 'utf16', report);
      ofTemplate(fields(message.template), `${at}.template`, report);
      break;
    case 'image':
    case 'video':
      https(message.originalContentUrl, `${at}.originalContentUrl`, report);
      https(message.previewImageUrl, `${at}.previewImageUrl`, report);
      break;
    case 'audio':
      https(message.originalContentUrl, `${at}.originalContentUrl`, report);
      break;
    case 'location':
      length(message.title, `${at}.title`, 1, 100, 'utf16', report);
      length(message.address, `${at}.address`, 1, 100, 'utf16', report);
      break;
    case 'sticker':
    case 'imagemap':
    case 'coupon':
      break;
    default:
      report(
        `${at}.type`,
        'Must be one of the following values: [text, textV2, sticker, image, video, audio, location, imagemap, template, flex, coupon]',
      );
  }
  if (message.sender !== undefined) {
    const sender = fields(message.sender);
    if (sender.name !== undefined)
      length(sender.name, `${at}.sender.name`, 1, limits.senderName, 'graphemes', report);
    if (sender.iconUrl !== undefined) https(sender.iconUrl, `${at}.sender.iconUrl`, report, limits.iconUrl);
  }
  if (message.quickReply !== undefined) {
    const items = list(fields(message.quickReply).items);
    count(items, `${at}.quickReply.items`, 1, limits.quickReplies, report);
    for (const [index, item] of items.entries())
      ofAction(fields(item).action, `${at}.quickReply.items[${index}].action`, limits.label, report);
  }
}

function ofTemplate(template: Fields, at: string, report: Report): void {
  const plain = template.thumbnailImageUrl === undefined && template.title === undefined;
  if (template.title !== undefined)
    length(template.title, `${at}.title`, 1, limits.templateTitle, 'graphemes', report);
  switch (template.type) {
    case 'buttons':
      length(template.text, `${at}.text`, 1, plain ? 160 : 60, 'graphemes', report);
      actions(template.actions, `${at}.actions`, 1, 4, report);
      break;
    case 'confirm':
      length(template.text, `${at}.text`, 1, 240, 'graphemes', report);
      actions(template.actions, `${at}.actions`, 2, 2, report);
      break;
    case 'carousel': {
      const columns = list(template.columns);
      count(columns, `${at}.columns`, 1, limits.columns, report);
      for (const [index, raw] of columns.entries()) {
        const column = fields(raw);
        const bare = column.thumbnailImageUrl === undefined && column.title === undefined;
        const here = `${at}.columns[${index}]`;
        if (column.title !== undefined)
          length(column.title, `${here}.title`, 1, limits.templateTitle, 'graphemes', report);
        length(column.text, `${here}.text`, 1, bare ? 120 : 60, 'graphemes', report);
        actions(column.actions, `${here}.actions`, 1, 3, report);
        if (list(column.actions).length !== list(fields(columns[0]).actions).length)
          report(`${here}.actions`, 'The number of actions must be the same in all columns');
      }
      break;
    }
    case 'image_carousel': {
      const columns = list(template.columns);
      count(columns, `${at}.columns`, 1, limits.columns, report);
      for (const [index, column] of columns.entries())
        ofAction(fields(column).action, `${at}.columns[${index}].action`, limits.imageLabel, report, true);
      break;
    }
    default:
      report(
        `${at}.type`,
        'Must be one of the following values: [buttons, confirm, carousel, image_carousel]',
      );
  }
}

function ofFlex(container: Fields, at: string, report: Report, large: boolean): void {
  const bubbles = container.type === 'carousel' ? list(container.contents) : [container];
  if (container.type === 'carousel') {
    count(bubbles, `${at}.contents`, 1, limits.bubbles, report);
    if (large && isLarger(container, limits.flexBytes))
      report(at, `Size must be less than or equal to ${limits.flexBytes} bytes`);
  } else if (container.type !== 'bubble') {
    report(`${at}.type`, 'Must be one of the following values: [bubble, carousel]');
  }
  for (const [index, bubble] of bubbles.entries()) {
    const here = container.type === 'carousel' ? `${at}.contents[${index}]` : at;
    if (large && isLarger(bubble, limits.bubbleBytes))
      report(here, `Size must be less than or equal to ${limits.bubbleBytes} bytes`);
    for (const block of ['header', 'hero', 'body', 'footer'])
      ofComponent(fields(fields(bubble)[block]), `${here}.${block}`, report);
  }
}

function ofComponent(component: Fields, at: string, report: Report): void {
  if (component.type === 'text' && component.contents === undefined)
    length(component.text, `${at}.text`, 1, Number.POSITIVE_INFINITY, 'utf16', report);
  if (component.type === 'button' || component.action !== undefined)
    ofAction(component.action, `${at}.action`, limits.flexLabel, report, component.type !== 'button');
  for (const [index, child] of list(component.contents).entries())
    ofComponent(fields(child), `${at}.contents[${index}]`, report);
}

function actions(value: unknown, at: string, least: number, most: number, report: Report): void {
  count(list(value), at, least, most, report);
  for (const [index, action] of list(value).entries())
    ofAction(action, `${at}[${index}]`, limits.label, report);
}

/** https://developers.line.biz/en/reference/messaging-api/#action-objects */
function ofAction(value: unknown, at: string, label: number, report: Report, labelOptional = false): void {
  const action = fields(value);
  if (!(labelOptional && action.label === undefined))
    length(action.label, `${at}.label`, 1, label, 'graphemes', report);
  switch (action.type) {
    case 'postback':
      length(action.data, `${at}.data`, 1, limits.data, 'utf16', report);
      if (action.displayText !== undefined)
        length(action.displayText, `${at}.displayText`, 1, limits.displayText, 'graphemes', report);
      break;
    case 'message':
      length(action.text, `${at}.text`, 1, limits.data, 'utf16', report);
      break;
    case 'uri':
      length(action.uri, `${at}.uri`, 1, limits.uri, 'utf16', report);
      if (!/^(?:https?|line|tel):/iu.test(String(action.uri))) report(`${at}.uri`, 'invalid uri scheme');
      break;
    case 'datetimepicker':
    case 'camera':
    case 'cameraRoll':
    case 'location':
    case 'clipboard':
    case 'richmenuswitch':
      break;
    default:
      report(at, 'must be specified');
  }
}

function length(value: unknown, at: string, least: number, most: number, unit: Unit, report: Report): void {
  if (typeof value !== 'string' || (least > 0 && value === '')) report(at, 'May not be empty');
  // A grapheme has at least one unit, so short texts need no segmenting.
  else if (value.length > most && lengthOf(value, unit) > most)
    report(at, `Length must be between ${least} and ${most}`);
}

function count(value: readonly unknown[], at: string, least: number, most: number, report: Report): void {
  if (value.length < least || value.length > most) report(at, `Size must be between ${least} and ${most}`);
}

function https(value: unknown, at: string, report: Report, most: number = limits.iconUrl): void {
  length(value, at, 1, most, 'utf16', report);
  if (!/^https:\/\//iu.test(String(value))) report(at, 'invalid uri scheme');
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
