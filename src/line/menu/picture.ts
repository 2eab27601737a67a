import type { Which } from '../../conversation/menu.ts';
import type { MenuArea, Menus } from '../../flow/menu.ts';
import { icons } from './icons.ts';
import { emsOf, fitLabel } from './label.ts';
import { type Bounds, type Layout, layOut } from './layout.ts';

/** The family that the picture's texts are set in; whoever renders it brings the font. */
export const menuFont = 'BIZ UDPGothic';

/** Text on its ground contrasts at least 7:1 everywhere (WCAG AAA), because a phone is also read in the sun. */
const palette = {
  ground: '#dfe6f0',
  card: '#ffffff',
  ink: '#10234a',
  soft: '#3d4c6b',
  accent: '#0b4f8a',
  /** The way to a person stands out. */
  first: '#0b3d6e',
  onFirst: '#ffffff',
  call: '#9b1c1c',
  talking: '#0f4d3a',
} as const;

/** The band over the menu while a counselor has the talk. */
const talkingNow = { ja: '相談員と話しています', en: 'You are talking with a counselor' };

/**
 * A menu as SVG in the flow's first language; where labels have an English variant it stands below, because all residents see
 * the same picture.
 */
export function drawMenu(menus: Menus, which: Which): string {
  const layout = layoutOf(menus, which);
  const cards = menus[which].map((area, index) => {
    const bounds = layout.areas[index];
    return bounds ? drawCard(area, bounds, which) : '';
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${layout.width}" height="${layout.height}" viewBox="0 0 ${layout.width} ${layout.height}" font-family="${menuFont}" font-weight="700">`,
    `<rect width="100%" height="100%" fill="${palette.ground}"/>`,
    layout.header
      ? drawHeader(
          layout.header,
          menus.talking.some(({ label }) => label.en),
        )
      : '',
    ...cards,
    '</svg>',
  ].join('\n');
}

export function layoutOf(menus: Menus, which: Which): Layout {
  return layOut(menus[which].length, which === 'talking');
}

function drawHeader({ width, height }: Bounds, hasEnglish: boolean): string {
  const [ja, en] = [talkingNow.ja, hasEnglish ? talkingNow.en : ''];
  const size = hasEnglish ? 88 : 100;
  const [icon, space] = [112, 44];
  const whole = icon + space + emsOf(ja) * size + (en ? space + emsOf(en) * 54 : 0);
  const left = (width - whole) / 2;
  const words = left + icon + space;
  return [
    `<rect width="${width}" height="${height}" fill="${palette.talking}"/>`,
    drawIcon('chat', left, (height - icon) / 2, icon, '#ffffff'),
    textLine(ja, words, height / 2 + size * 0.36, size, '#ffffff', 'start'),
    en
      ? textLine(en, words + emsOf(ja) * size + space, height / 2 + size * 0.33, 58, '#ffffff', 'start')
      : '',
  ].join('');
}

type Line = { text: string; size: number; color: string };

/** The icon stands at one height in all cards of a menu; the lines share the room below it. */
function drawCard(area: MenuArea, bounds: Bounds, which: Which): string {
  const [x, y] = [bounds.x + gap, bounds.y + gap];
  const [width, height] = [bounds.width - 2 * gap, bounds.height - 2 * gap];
  const isPerson = 'press' in area.does && area.does.press === 'word|human';
  const stands = isPerson && which === 'everyday';
  const ink = stands ? palette.onFirst : palette.ink;
  const badge = stands ? palette.onFirst : 'call' in area.does ? palette.call : palette.accent;

  const isLow = height < 700;
  const circle = Math.round(height * (isLow ? 0.28 : 0.33));
  const iconTop = y + height * 0.075;
  const middle = x + width / 2;
  const room = { top: iconTop + circle + 10, bottom: y + height - 30 };
  const most = isLow ? 104 : Math.min(156, Math.round(width / 6.2));
  const lines = linesOf(area, { width: width - 70, height: room.bottom - room.top, most }, ink);
  const whole = heightOf(lines);
  let baseline = room.top + (room.bottom - room.top - whole) / 2;
  const texts = lines.map(({ text, size, color }) => {
    baseline += size * leading;
    return textLine(text, middle, baseline - size * 0.3, size, color);
  });
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="56" fill="${stands ? palette.first : palette.card}"/>`,
    `<circle cx="${middle}" cy="${round(iconTop + circle / 2)}" r="${circle / 2}" fill="${badge}"/>`,
    drawIcon(
      area.icon,
      middle - circle * 0.31,
      iconTop + circle * 0.19,
      circle * 0.62,
      stands ? palette.first : '#ffffff',
    ),
    ...texts,
  ].join('');
}

/** Label, then whom a call reaches and under which number, then English; the last ones give way where the room ends. */
function linesOf(area: MenuArea, room: { width: number; height: number; most: number }, ink: string): Line[] {
  const label = fitLabel(labelIn(area.label, 'ja'), room.width, room.most, 80);
  const small = (text: string, size: number, color: string): Line => ({
    text,
    size: Math.min(size, Math.floor(room.width / emsOf(text))),
    color,
  });
  const soft = ink === palette.ink ? palette.soft : ink;
  const lines: Line[] = label.lines.map((text) => ({ text, size: label.size, color: ink }));
  if ('call' in area.does) {
    const name = labelIn(area.does.name, 'ja');
    lines.push(small(name, 66, soft));
    if (!name.includes(area.does.call)) lines.push(small(area.does.call, 88, palette.call));
  }
  if (area.label.en) lines.push(small(area.label.en, 70, soft));
  while (heightOf(lines) > room.height && lines.length > label.lines.length) lines.pop();
  return lines;
}

const leading = 1.24;
const gap = 22;

const heightOf = (lines: readonly Line[]): number => lines.reduce((sum, { size }) => sum + size * leading, 0);

function drawIcon(icon: MenuArea['icon'], x: number, y: number, size: number, color: string): string {
  return `<path transform="translate(${round(x)} ${round(y)}) scale(${round(size / 24)})" d="${icons[icon]}" fill="none" stroke="${color}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>`;
}

function textLine(
  text: string,
  x: number,
  y: number,
  size: number,
  color: string,
  anchor = 'middle',
): string {
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" text-anchor="${anchor}" fill="${color}">${escaped(text)}</text>`;
}

function labelIn(text: Readonly<Record<string, string>>, language: string): string {
  return text[language] ?? Object.values(text)[0] ?? '';
}

const round = (value: number): number => Math.round(value * 100) / 100;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
