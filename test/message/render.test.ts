import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { telephoneUri } from '../../src/message/card.ts';
import { split } from '../../src/message/clip.ts';
import { limits, limitsOf } from '../../src/message/limits.ts';
import type { Message, Saying, WindowCard } from '../../src/message/message.ts';
import { createRender, type LineMessage, objectsOf } from '../../src/message/render.ts';

const senders = {
  bot: { name: '案内ボット', iconUrl: 'https://example.com/bot.png' },
  counselor: { name: '相談員' },
};

const render = createRender(senders);

const card: WindowCard = {
  id: 'w',
  name: '例の窓口',
  about: 'くらしの相談',
  state: 'open',
  stateText: '今日は17:15まで',
  hours: '月〜金 8:30〜17:15',
  phone: '０５９６（００）００００',
  address: '例市例町1-1',
  url: 'https://example.com/',
  reservation: true,
  unconfirmed: true,
};

const say = (messages: Message[], more: Partial<Saying> = {}): Saying => ({
  speaker: 'bot',
  messages,
  choices: [],
  ...more,
});
const text = (value: string): Message => ({ kind: 'text', text: value });

function rendered(...sayings: Saying[]): LineMessage[] {
  const result = render(sayings);
  if (!result.ok) throw new Error(`${result.count} objects`);
  const objects = objectsOf(result.messages);
  expect(limitsOf(objects)).toEqual([]);
  return objects;
}

/** The texts of a Flex object in reading order, and its buttons as `label → uri`. */
function readFlex(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(readFlex);
  if (typeof value !== 'object' || value === null) return [];
  const node = value as Record<string, unknown>;
  if (node.type === 'text') return [String(node.text)];
  const action = node.action as { label: string; uri: string } | undefined;
  if (action) return [`${action.label} → ${action.uri}`];
  return ['body', 'footer', 'contents'].flatMap((key) => readFlex(node[key]));
}

test('sayings become one request; who speaks stands over each object', () => {
  const messages = rendered(say([text('一'), text('二')]), say([text('三')], { speaker: 'counselor' }));
  expect(messages.map(({ text, sender }) => [text, sender])).toEqual([
    ['一', senders.bot],
    ['二', senders.bot],
    ['三', senders.counselor],
  ]);
});

test('only the choices of the last saying show, under the last object', () => {
  const choices = [{ label: 'はい', data: 'yes' }];
  const messages = rendered(
    say([text('一')], { choices: [{ label: '古い', data: 'old' }] }),
    say([text('二')], { choices }),
  );
  expect(messages[0]).not.toHaveProperty('quickReply');
  expect(messages[1]?.quickReply).toEqual({
    items: [
      { type: 'action', action: { type: 'postback', label: 'はい', data: 'yes', displayText: 'はい' } },
    ],
  });
});

test('a window card says whether it is open, when, where, and offers call, map and web', () => {
  const [message] = rendered(say([{ kind: 'windows', alt: '窓口は1件です', language: 'ja', cards: [card] }]));
  expect(message).toMatchObject({ type: 'flex', altText: '窓口は1件です', contents: { type: 'bubble' } });
  expect(readFlex(message?.contents)).toEqual([
    '受付中（今日は17:15まで）',
    '例の窓口',
    'くらしの相談',
    '要予約',
    '受付',
    '月〜金 8:30〜17:15',
    '場所',
    '例市例町1-1',
    '電話',
    '０５９６（００）００００',
    '※ 受付時間は変わることがあります',
    '電話する → tel:0596000000',
    `地図 → https://www.google.com/maps/search/?api=1&query=${encodeURIComponent('例市例町1-1')}`,
    'ホームページ → https://example.com/',
  ]);
});

test('a card that is known already is drawn anew for another language', () => {
  const shown = (language: string) =>
    readFlex(rendered(say([{ kind: 'windows', alt: '', language, cards: [card] }]))[0]?.contents)[0];
  expect(['ja', 'en', 'en', 'ja'].map(shown)).toEqual([
    '受付中（今日は17:15まで）',
    'Open now (今日は17:15まで)',
    'Open now (今日は17:15まで)',
    '受付中（今日は17:15まで）',
  ]);
});

test.each([
  ['0596-21-5555', ['電話する 0596-21-5555 → tel:0596215555']],
  ['#8008', ['電話する #8008 → tel:%238008']],
  ['0120-99-7777（16時〜21時）', ['電話', '0120-99-7777（16時〜21時）', '電話する → tel:0120997777']],
  ['なし', ['電話', 'なし']],
])('the number %s stands on the button, or in a row with what else there is to say', (phone, shown) => {
  const [message] = rendered(
    say([{ kind: 'windows', alt: 'x', language: 'ja', cards: [{ ...card, phone }] }]),
  );
  expect(readFlex(message?.contents).filter((text) => /^(?:電話|0120|なし)/u.test(text))).toEqual(shown);
});

test.each([
  ['伊勢市岩淵1-7-29 市役所東館2階11番窓口', '伊勢市岩淵1-7-29'],
  ['府中市宮西町2丁目24番地　市役所', '府中市宮西町2丁目24番地'],
  ['健康福祉ステーション7階（伊勢市駅前ビル）', undefined],
  ['〒516-0037 伊勢市岩淵1-7-29 東館', undefined],
  ['東京都 府中市 宮西町2-24', undefined],
  ['2-24 Miyanishi-cho, Fuchu', undefined],
])('the map of %s looks for the house', (address, house = address) => {
  const [message] = rendered(
    say([{ kind: 'windows', alt: 'x', language: 'ja', cards: [{ ...card, address }] }]),
  );
  expect(readFlex(message?.contents)).toContain(
    `地図 → https://www.google.com/maps/search/?api=1&query=${encodeURIComponent(house)}`,
  );
});

test('a card is small: five of them are one answer, and each byte is sealed, stored and sent', () => {
  const [message] = rendered(say([{ kind: 'windows', alt: 'x', language: 'ja', cards: [card] }]));
  expect(JSON.stringify(message?.contents).length).toBeLessThan(1_800);
});

test('a card without hours, phone, place or page still stands', () => {
  const bare: WindowCard = {
    id: 'b',
    name: '例',
    about: '',
    state: 'unknown',
    stateText: '',
    hours: '',
    reservation: false,
    unconfirmed: false,
  };
  const [message] = rendered(say([{ kind: 'windows', alt: '', language: 'en', cards: [bare, bare] }]));
  expect(message).toMatchObject({ contents: { type: 'carousel' } });
  expect(readFlex(message?.contents)).toEqual(['Hours not known', '例', 'Hours not known', '例']);
});

test('a link is one button; one that LINE would refuse is written out', () => {
  const link: Message = {
    kind: 'link',
    text: 'こちらでお話しできます',
    label: 'ひらく',
    url: 'https://example.com/t',
  };
  expect(readFlex(rendered(say([link]))[0]?.contents)).toEqual([
    'こちらでお話しできます',
    'ひらく → https://example.com/t',
  ]);
  expect(rendered(say([{ ...link, url: 'ftp://example.com' }]))).toMatchObject([
    { type: 'text', text: 'こちらでお話しできます\nftp://example.com' },
  ]);
});

test('graphemes of absurd length do not carry a short text over the limits', () => {
  const piled = `a${'\u0301'.repeat(20)}`.repeat(200);
  rendered(
    say([{ kind: 'windows', alt: piled, language: 'ja', cards: [{ ...card, name: piled, about: piled }] }]),
  );
});

test('long texts are cut between sentences, losing nothing', () => {
  const sentence = `${'あ'.repeat(99)}。`;
  const pieces = split(sentence.repeat(120), limits.text);
  expect(pieces.map((piece) => piece.length)).toEqual([5000, 5000, 2000]);
  expect(pieces.join('')).toBe(sentence.repeat(120));
  const emoji = split('👨‍👩‍👧'.repeat(1000), limits.text);
  expect(emoji.join('')).toBe('👨‍👩‍👧'.repeat(1000));
  expect(emoji.every((piece) => piece.length % 8 === 0)).toBe(true);
});

test('more texts than one request holds are joined; more cards than that are an error', () => {
  const seven = rendered(say([...'一二三四五六七'].map(text)));
  expect(seven).toHaveLength(5);
  expect(seven.map((message) => message.text).join('\n\n')).toBe([...'一二三四五六七'].join('\n\n'));
  const windows: Message = { kind: 'windows', alt: 'x', language: 'ja', cards: Array(80).fill(card) };
  expect(render([say([windows])])).toMatchObject({ ok: false, reason: 'too-many' });
  expect(render([])).toEqual({ ok: true, messages: [] });
});

test('a long carousel is spread over several objects', () => {
  const windows: Message = { kind: 'windows', alt: 'x', language: 'ja', cards: Array(25).fill(card) };
  expect(rendered(say([windows]))).toHaveLength(3);
});

test.each([
  ['0596-21-5555', 'tel:0596215555'],
  ['＃９１１０', 'tel:%239110'],
  ['#8008', 'tel:%238008'],
  ['189', 'tel:189'],
  ['0120-99-7777（16時〜21時）', 'tel:0120997777'],
  ['電話 0596（63）5600 FAX 0596（63）5601', 'tel:0596635600'],
  ['なし', undefined],
  ['', undefined],
])('%s is dialled as %s', (printed, uri) => {
  expect(telephoneUri(printed)).toBe(uri);
});

describe('whatever a flow or a counselor writes', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: 'grapheme-composite', maxLength: 60 }),
    fc
      .tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 3000 }))
      .map(([unit, times]) => unit.repeat(times)),
  );
  const anyCard = fc.record<WindowCard>({
    id: fc.constant('w'),
    name: anyText.filter((name) => name.trim() !== ''),
    about: anyText,
    state: fc.constantFrom('open', 'closed', 'unknown'),
    stateText: anyText,
    hours: anyText,
    phone: fc.option(anyText, { nil: undefined }),
    address: fc.option(anyText, { nil: undefined }),
    url: fc.option(fc.oneof(anyText, fc.webUrl()), { nil: undefined }),
    reservation: fc.boolean(),
    unconfirmed: fc.boolean(),
    note: fc.option(anyText, { nil: undefined }),
  });
  const anyMessage: fc.Arbitrary<Message> = fc.oneof(
    fc.record({ kind: fc.constant('text' as const), text: anyText }),
    fc.record({
      kind: fc.constant('link' as const),
      text: anyText,
      label: anyText,
      url: fc.oneof(anyText, fc.webUrl()),
    }),
    fc.record({
      kind: fc.constant('windows' as const),
      alt: anyText,
      language: fc.constantFrom('ja', 'easy', 'en', 'xx'),
      cards: fc.array(anyCard, { maxLength: 14 }),
    }),
  );
  const anySaying = fc.record<Saying>({
    speaker: fc.constantFrom('bot', 'counselor'),
    messages: fc.array(anyMessage, { minLength: 1, maxLength: 5 }),
    choices: fc.array(fc.record({ label: anyText, data: anyText }), { maxLength: 16 }),
  });

  test('what render makes breaks no limit, and is JSON as anybody else would write it', () => {
    fc.assert(
      fc.property(fc.array(anySaying, { maxLength: 3 }), anyText, (sayings, name) => {
        const result = createRender({ ...senders, bot: { name } })(sayings);
        if (!result.ok || result.messages.length === 0) return;
        const objects = objectsOf(result.messages);
        expect(limitsOf(objects)).toEqual([]);
        // A body that was sealed and opened is sent again to the letter.
        expect(objects.map((object) => JSON.stringify(object))).toEqual(result.messages);
      }),
      { numRuns: 150 },
    );
  });
});
