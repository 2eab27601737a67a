import { clip } from './clip.ts';
import { limits } from './limits.ts';
import type { Language, WindowCard } from './message.ts';

/** A Flex bubble: LINE's layout language, as plain data. */
export type Bubble = { type: 'bubble'; [key: string]: unknown };

type Words = {
  state: Record<WindowCard['state'], string>;
  /** Until or from when, behind the state. */
  when: (text: string) => string;
  reservation: string;
  hours: string;
  place: string;
  phone: string;
  unconfirmed: string;
  call: string;
  map: string;
  web: string;
};

const japanese: Words = {
  state: { open: '受付中', closed: '時間外', unknown: '時間は要確認' },
  when: (text) => `（${text}）`,
  reservation: '要予約',
  hours: '受付',
  place: '場所',
  phone: '電話',
  unconfirmed: '受付時間は変わることがあります',
  call: '電話する',
  map: '地図',
  web: 'ホームページ',
};

const words: Record<Language, Words> = {
  ja: japanese,
  easy: {
    state: { open: '今 開いています', closed: '今 閉まっています', unknown: '時間を 確認してください' },
    when: (text) => `（${text}）`,
    reservation: '予約が 必要です',
    hours: '時間',
    place: '場所',
    phone: '電話',
    unconfirmed: '時間は 変わることが あります',
    call: '電話する',
    map: '地図',
    web: 'ホームページ',
  },
  en: {
    state: { open: 'Open now', closed: 'Closed now', unknown: 'Hours not known' },
    when: (text) => ` (${text})`,
    reservation: 'Booking needed',
    hours: 'Hours',
    place: 'Place',
    phone: 'Phone',
    unconfirmed: 'Hours may change',
    call: 'Call',
    map: 'Map',
    web: 'Website',
  },
};

/** Text on white and white on these colours keep a contrast of at least 4.5:1 (WCAG 2.2 AA). What has none is LINE's black. */
const colors = {
  muted: '#626264',
  warning: '#8a4600',
  state: { open: '#197a4b', closed: '#626264', unknown: '#8a4600' },
  action: '#0017c1',
} as const;

/**
 * One window, its texts tidied, as a card that answers, top down: is it open, what is it, when and where, and how to reach it.
 * What LINE does by itself is left unsaid (a mega bubble, its blocks' padding, black text of 16 px), because every byte of a card
 * is sealed, stored and sent: https://developers.line.biz/en/reference/messaging-api/#flex-message
 */
export function windowBubble(card: WindowCard, language: Language): Bubble {
  const say = words[language] ?? japanese;
  const call = callOf(card, say);
  const rows = [
    row(say.hours, card.hours === card.stateText ? '' : card.hours),
    row(say.place, card.address),
    row(say.phone, call?.numbered ? '' : card.phone),
  ].filter((found) => found !== undefined);
  const buttons = [...(call ? [call.button] : []), ...linksOf(card, say)];
  return {
    type: 'bubble',
    body: {
      type: 'box',
      layout: 'vertical',
      spacing: 'md',
      contents: [
        banner(
          say.state[card.state] + (card.stateText && say.when(card.stateText)),
          colors.state[card.state],
        ),
        text(card.name || '相談窓口', { weight: 'bold', size: 'lg' }),
        ...(card.about ? [text(card.about, { size: 'sm', color: colors.muted })] : []),
        ...(card.reservation
          ? [text(say.reservation, { weight: 'bold', size: 'sm', color: colors.action })]
          : []),
        ...(rows.length > 0 ? [{ type: 'separator' }, ...rows] : []),
        ...(card.note ? [text(card.note, { size: 'sm', color: colors.muted })] : []),
        ...(card.unconfirmed ? [text(`※ ${say.unconfirmed}`, { size: 'xs', color: colors.warning })] : []),
      ],
    },
    ...(buttons.length > 0 && {
      footer: { type: 'box', layout: 'vertical', spacing: 'sm', contents: buttons },
    }),
  };
}

/** A text above one button that opens an address. */
export function linkBubble(message: { text: string; label: string; url: string }): Bubble {
  return {
    type: 'bubble',
    body: {
      type: 'box',
      layout: 'vertical',
      contents: [{ type: 'text', text: message.text, wrap: true }],
    },
    footer: { type: 'box', layout: 'vertical', contents: [button(message.label, message.url, 'primary')] },
  };
}

/** Three groups with blanks, or groups joined by dashes and area codes in brackets; a blank alone ends a number. */
const number = /0\d{1,4} \d{1,4} \d{3,4}|[+#*]?(?:\(\d+\))?\d+(?:[-‐-―−ー]\d+|\(\d+\)-?\d+)*/u;

/**
 * `tel:` of the first number in a phone as printed, which may hold full-width digits, several numbers and remarks;
 * undefined when there is none. `#` is escaped as RFC 3966 asks (`tel:%239110`).
 */
export function telephoneUri(printed: string): string | undefined {
  const found = number.exec(printed.normalize('NFKC'))?.[0];
  const digits = found?.replace(/[^\d+#*]/gu, '');
  return digits && digits.length >= 3 ? `tel:${digits.replaceAll('#', '%23')}` : undefined;
}

/** The button that calls; `numbered`: it says the number, because there is nothing but one number to say. */
function callOf(card: WindowCard, say: Words): { button: object; numbered: boolean } | undefined {
  const uri = card.phone && telephoneUri(card.phone);
  if (!card.phone || !uri) return undefined;
  const label = `${say.call} ${card.phone}`;
  const numbered = number.exec(card.phone)?.[0] === card.phone && label.length <= limits.label;
  return { button: button(numbered ? label : say.call, uri, 'primary'), numbered };
}

function linksOf(card: WindowCard, say: Words): object[] {
  const map =
    card.address &&
    `https://www.google.com/maps/search/?api=1&query=${encodeURIComponent(houseOf(card.address))}`;
  const links = [
    ...(map && map.length <= limits.uri ? [button(say.map, map, 'secondary')] : []),
    ...(card.url && isWebAddress(card.url) ? [button(say.web, card.url, 'secondary')] : []),
  ];
  return links.length > 0 ? [{ type: 'box', layout: 'horizontal', spacing: 'sm', contents: links }] : [];
}

/**
 * 「伊勢市岩淵1-7-29」 of 「伊勢市岩淵1-7-29 市役所東館2階11番窓口」: where a municipality and then a house number are named, a map
 * needs neither the floor nor the counter. Anything else is left whole.
 */
function houseOf(address: string): string {
  const [house = ''] = address.split(/\s/u, 1);
  return /[市区町村]/u.test(house) && /\p{Nd}(?:番地?|号)*$/u.test(house) ? house : address;
}

/** True for what LINE takes as the address of a button. */
export function isWebAddress(url: string): boolean {
  return url.length <= limits.uri && /^https?:\/\//iu.test(url) && URL.canParse(url);
}

function button(label: string, uri: string, style: 'primary' | 'secondary'): object {
  return {
    type: 'button',
    style,
    ...(style === 'primary' ? { color: colors.action } : { height: 'sm' }),
    action: { type: 'uri', label: clip(label, limits.label), uri },
  };
}

function banner(words: string, backgroundColor: string): object {
  return {
    type: 'box',
    layout: 'vertical',
    cornerRadius: '4px',
    backgroundColor,
    paddingAll: '6px',
    contents: [text(words, { weight: 'bold', size: 'sm', color: '#ffffff' })],
  };
}

/** Beside each other, 1 to 4: a child's `flex` is 1 where nothing is said. */
function row(label: string, value: string | undefined): object | undefined {
  if (!value) return undefined;
  return {
    type: 'box',
    layout: 'baseline',
    contents: [
      { type: 'text', text: label, size: 'sm', color: colors.muted },
      { ...text(value, { size: 'sm' }), flex: 4 },
    ],
  };
}

/** Card texts are clipped far below what would bring a bubble near its 30 KB. */
function text(value: string, look: { size: string; color?: string; weight?: string }): object {
  return { type: 'text', text: clip(value, 200), wrap: true, ...look };
}
