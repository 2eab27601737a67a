type Child = Node | string | false | null | undefined;
type Properties = Record<string, string | boolean | EventListener | undefined>;

/** An element with attributes, listeners (`onclick`) and children. Texts go in as texts: nothing is ever parsed as HTML. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child): child is Node | string => child !== false && child != null));
  return element;
}

const svgNamespace = 'http://www.w3.org/2000/svg';

/** A 24 × 24 line drawing by its path, for the eye only. */
export function icon(path: string, filled = false): SVGElement {
  const svg = document.createElementNS(svgNamespace, 'svg');
  const drawn = document.createElementNS(svgNamespace, 'path');
  for (const [name, value] of Object.entries({
    viewBox: '0 0 24 24',
    'aria-hidden': 'true',
    class: filled ? 'icon filled' : 'icon',
  }))
    svg.setAttribute(name, value);
  drawn.setAttribute('d', path);
  svg.append(drawn);
  return svg;
}

export const paths = {
  back: 'M15 5l-7 7 7 7',
  menu: 'M4 7h16M4 12h16M4 17h16',
  plus: 'M12 5v14M5 12h14',
  send: 'M4 12l16-8-5 16-3-7z',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  smile: 'M12 21a9 9 0 100-18 9 9 0 000 18zM9 10h.01M15 10h.01M8.5 14.5c1 1.3 2.2 2 3.5 2s2.5-.7 3.5-2',
  picture: 'M4 5h16v14H4zM8.5 10.5h.01M4 17l5-5 4 4 3-3 4 4',
  voice:
    'M12 4a2.5 2.5 0 00-2.5 2.5v5a2.5 2.5 0 005 0v-5A2.5 2.5 0 0012 4zM6.5 11.5a5.5 5.5 0 0011 0M12 17v3',
  place:
    'M12 21c4-4.5 6.5-7.8 6.5-11a6.5 6.5 0 10-13 0c0 3.2 2.5 6.5 6.5 11zM12 12.5a2.5 2.5 0 100-5 2.5 2.5 0 000 5z',
  keyboard: 'M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M8 14h8',
  clock: 'M12 21a9 9 0 100-18 9 9 0 000 18zM12 7v5l3 2',
  play: 'M8 6l10 6-10 6z',
  house: 'M4 11l8-6 8 6v8h-5v-5H9v5H4z',
  person: 'M12 12a4 4 0 100-8 4 4 0 000 8zM4.5 20c.6-3.6 3.6-6 7.5-6s6.9 2.4 7.5 6',
} as const;

const japan = { timeZone: 'Asia/Tokyo' } as const;
const timeFormat = new Intl.DateTimeFormat('ja-JP', { ...japan, hour: 'numeric', minute: '2-digit' });
const dayFormat = new Intl.DateTimeFormat('ja-JP', {
  ...japan,
  month: 'numeric',
  day: 'numeric',
  weekday: 'short',
});
const stampFormat = new Intl.DateTimeFormat('sv-SE', { ...japan, dateStyle: 'short', timeStyle: 'short' });

/** 「10:05」 in Japan. */
export const timeOf = (ms: number): string => timeFormat.format(ms);
/** 「11/23(月)」 in Japan. */
export const dayOf = (ms: number): string => dayFormat.format(ms);
/** `2026-11-23T10:05`, as a date-time field wants it. */
export const fieldOf = (ms: number): string => stampFormat.format(ms).replace(' ', 'T');
/** The instant a date-time field means in Japan, which has no daylight saving. */
export const instantOf = (field: string): number => Date.parse(`${field}:00+09:00`);
