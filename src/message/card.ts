import { clip } from './clip.ts';
import { limits } from './limits.ts';
import type { Language, WindowCard } from './message.ts';

/** A Flex bubble: LINE's layout language, as plain data. */
export type Bubble = { type: 'bubble'; [key: string]: unknown };

type Words = {
  state: Record<WindowCard['state'], string>;
  reservation: string;
  /** Before the state in words: it ends then, or begins again then. */
  when: Record<WindowCard['state'], string>;
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
  reservation: '要予約',
  when: { open: '今', closed: '次回', unknown: '今' },
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
    reservation: '予約が 必要です',
    when: { open: '今', closed: '次', unknown: '今' },
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
    reservation: 'Booking needed',
    when: { open: 'Now', closed: 'Next', unknown: 'Now' },
    hours: 'Hours',
    place: 'Place',
    phone: 'Phone',
    unconfirmed: 'Hours may change',
    call: 'Call',
    map: 'Map',
    web: 'Website',
  },
};

/** Text on white and white on these colours keep a contrast of at least 4.5:1 (WCAG 2.2 AA). */
const colors = {
  text: '#1a1a1c',
  muted: '#626264',
  line: '#d8d8db',
  warning: '#8a4600',
  state: { open: '#197a4b', closed: '#626264', unknown: '#8a4600' },
  action: '#0017c1',
} as const;

/** One window, its texts tidied, as a card that answers, top down: is it open, what is it, when and where, and how to reach it. */
export function windowBubble(card: WindowCard, language: Language): Bubble {
  const say = words[language] ?? japanese;
  const rows = [
    row(say.when[card.state], card.stateText),
    row(say.hours, card.hours === card.stateText ? '' : card.hours),
    row(say.place, card.address),
    row(say.phone, card.phone),
  ].filter((found) => found !== undefined);
  const buttons = buttonsOf(card, say);
  return {
    type: 'bubble',
    size: 'mega',
    body: {
      type: 'box',
      layout: 'vertical',
      spacing: 'md',
      paddingAll: '16px',
      contents: [
        {
          type: 'box',
          layout: 'horizontal',
          spacing: 'sm',
          contents: [
            badge(say.state[card.state], '#ffffff', colors.state[card.state]),
            ...(card.reservation ? [badge(say.reservation, colors.action, '#ffffff')] : []),
          ],
        },
        text(card.name || '相談窓口', { weight: 'bold', size: 'lg' }),
        ...(card.about ? [text(card.about, { size: 'sm', color: colors.muted })] : []),
        ...(rows.length > 0
          ? [
              { type: 'separator', color: colors.line },
              { type: 'box', layout: 'vertical', spacing: 'sm', contents: rows },
            ]
          : []),
        ...(card.note ? [text(card.note, { size: 'sm', color: colors.muted })] : []),
        ...(card.unconfirmed ? [text(`※ ${say.unconfirmed}`, { size: 'xs', color: colors.warning })] : []),
      ],
    },
    ...(buttons.length > 0 && {
      footer: { type: 'box', layout: 'vertical', spacing: 'sm', paddingAll: '12px', contents: buttons },
    }),
  };
}

/** A text above one button that opens an address. */
export function linkBubble(message: { text: string; label: string; url: string }): Bubble {
  return {
    type: 'bubble',
    size: 'mega',
    body: {
      type: 'box',
      layout: 'vertical',
      paddingAll: '16px',
      contents: [{ type: 'text', text: message.text, wrap: true, size: 'md', color: colors.text }],
    },
    footer: {
      type: 'box',
      layout: 'vertical',
      paddingAll: '12px',
      contents: [button(message.label, message.url, 'primary')],
    },
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

function buttonsOf(card: WindowCard, say: Words): object[] {
  const call = card.phone && telephoneUri(card.phone);
  const map =
    card.address && `https://www.google.com/maps/search/?api=1&query=${encodeURIComponent(card.address)}`;
  const links = [
    ...(map && map.length <= limits.uri ? [button(say.map, map, 'secondary')] : []),
    ...(card.url && isWebAddress(card.url) ? [button(say.web, card.url, 'secondary')] : []),
  ];
  return [
    ...(call ? [button(say.call, call, 'primary')] : []),
    ...(links.length > 0 ? [{ type: 'box', layout: 'horizontal', spacing: 'sm', contents: links }] : []),
  ];
}

/** True for what LINE takes as the address of a button. */
export function isWebAddress(url: string): boolean {
  return url.length <= limits.uri && /^https?:\/\//iu.test(url) && URL.canParse(url);
}

function button(label: string, uri: string, style: 'primary' | 'secondary'): object {
  return {
    type: 'button',
    height: 'sm',
    style,
    ...(style === 'primary' && { color: colors.action }),
    action: { type: 'uri', label: clip(label, limits.label), uri },
  };
}

function badge(label: string, color: string, backgroundColor: string): object {
  return {
    type: 'box',
    layout: 'vertical',
    flex: 0,
    cornerRadius: '4px',
    borderWidth: '1px',
    borderColor: color === '#ffffff' ? backgroundColor : color,
    backgroundColor,
    paddingStart: '8px',
    paddingEnd: '8px',
    paddingTop: '3px',
    paddingBottom: '3px',
    contents: [{ type: 'text', text: label, size: 'xs', weight: 'bold', color }],
  };
}

function row(label: string, value: string | undefined): object | undefined {
  if (!value) return undefined;
  return {
    type: 'box',
    layout: 'horizontal',
    spacing: 'sm',
    contents: [
      { type: 'text', text: label, size: 'sm', color: colors.muted, flex: 1 },
      { ...text(value, { size: 'sm' }), flex: 4 },
    ],
  };
}

/** Card texts are clipped far below what would bring a bubble near its 30 KB. */
function text(value: string, look: { size: string; color?: string; weight?: string }): object {
  return { type: 'text', text: clip(value, 200), wrap: true, color: colors.text, ...look };
}
