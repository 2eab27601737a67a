import { fill } from '../../conversation/draft.ts';
import { CHOICES_A_STEP } from '../../conversation/show.ts';
import type { Diagnostic } from '../../diagnostic/diagnostic.ts';
import { lengthOf, limits } from '../../message/limits.ts';
import type { Definition } from '../definition.ts';
import { everyText, type TextUse, type WrittenText } from './every-text.ts';

/** The bar that opens a rich menu takes 14 characters (https://developers.line.biz/en/reference/messaging-api/#rich-menu-object). */
const BAR = 14;

/** A chosen option of a `many` question gets 「✓ 」 before its label. */
const CHOSEN_MARK = 2;

/** Texts over LINE's limits once their variables are filled in at their longest, and labels that would be cut. */
export function checkLengths(definition: Definition): Diagnostic[] {
  const longest = longestVariables(definition);
  return everyText(definition).flatMap((text) =>
    Object.entries(text.variants).flatMap(([language, value]) => {
      const filled = fill(value, (name) => longest[name] ?? '');
      return text.use === 'bubble' || text.use === 'name'
        ? checkBubble(text, language, value, filled)
        : checkLabel(text, language, filled);
    }),
  );
}

function checkBubble(text: WrittenText, language: string, value: string, filled: string): Diagnostic[] {
  if (value.trim() === '')
    return [text.at({ code: 'empty-value', message: '文が空です。書き足すか、消してください。' }, language)];
  if (/^[“”„〝＂].*[“”„〟＂]$/su.test(value.trim()))
    return [
      text.at(
        {
          code: 'fancy-quotes',
          severity: 'warning',
          message:
            'かざりの引用符は、そのまま相談者に見えます。囲むつもりなら、半角の " に置きかえてください。',
        },
        language,
      ),
    ];
  const over = filled.length - limits.text;
  if (over <= 0) return [];
  return [
    text.at(
      {
        code: 'text-too-long',
        message: `文が長すぎます。LINE の一つの吹き出しは${limits.text}文字までで、変数に入る文を足すと${over}文字多くなります。吹き出しを分けてください。`,
      },
      language,
    ),
  ];
}

function checkLabel(text: WrittenText, language: string, filled: string): Diagnostic[] {
  const most = labelLimits[text.use] ?? limits.label;
  const length = lengthOf(filled, 'graphemes');
  if (length <= most) return [];
  return [
    text.at(
      {
        code: 'label-too-long',
        message: `ボタンの文字は${most}文字までです（いま${length}文字）。短くしてください。`,
      },
      language,
    ),
  ];
}

const labelLimits: Partial<Record<TextUse, number>> = { option: limits.label - CHOSEN_MARK, bar: BAR };

/** What each variable is filled with at its longest, over all languages. */
export function longestVariables(definition: Definition): Record<string, string> {
  const { file } = definition;
  const all = (value: string | Record<string, string> | undefined): string[] =>
    value === undefined ? [] : typeof value === 'string' ? [value] : Object.values(value);
  const longest = (texts: string[]): string => texts.reduce((a, b) => (b.length > a.length ? b : a), '');
  return {
    service: file.name,
    municipality: file.municipality,
    'desk.name': longest(all(file.desk.name)),
    // Hours made from the rules name a few weekday groups and rests; 200 characters are more than any seen.
    'desk.hours': longest([...all(file.desk.hours_text), 'あ'.repeat(file.desk.hours_text ? 0 : 200)]),
    'desk.next_open': 'あ'.repeat(40),
    'queue.position': '9999',
    until: '23:59',
    // Eleven options of twenty characters, at most.
    chosen: 'あ'.repeat(CHOICES_A_STEP * (limits.label + 1)),
    category: longest(Object.values(file.categories).flatMap(({ label }) => all(label))),
  };
}
