import { MONTHS, WEEKDAYS } from './hours-tokens.ts';

const DAY = '(?:祝日?|[月火水木金土日](?:曜日?)?)';
const WEEKDAY = /([月火水木金土日])(?:曜日?)?/u;

/** Hours as a leaflet prints them, and what the syntax has for it; in this order, since longer phrases hold shorter ones. */
const phrases: [RegExp, (...found: string[]) => string][] = [
  [/毎日/gu, () => 'Mo-Su,PH'],
  [/毎週|毎月|営業|受付|開館|は|の/gu, () => ''],
  [/24時間(?!\d)/gu, () => '00:00-24:00'],
  [/(?<=[土日祝])[・、,と]?年末年始/gu, () => '休; Dec 29-Jan 03'],
  [/年末年始/gu, () => 'Dec 29-Jan 03'],
  [/平日/gu, () => 'Mo-Fr'],
  [/休館日?|定休日?|休業日?|閉庁日?|閉館|休み|休/gu, () => ' off'],
  [/(\d{1,2})月(\d{1,2})日/gu, (_, month = '', day = '') => `${monthOf(month)} ${day.padStart(2, '0')}`],
  [/(\d{1,2})月/gu, (_, month = '') => monthOf(month)],
  [/(午前|午後)?(\d{1,2})(?:時(?:(\d{1,2})分|(半))?|:(\d{2}))/gu, timeOf],
  [
    new RegExp(`第(\\d(?:[・,、と]?第?\\d)*)${WEEKDAY.source}`, 'gu'),
    (_, weeks = '', day = '') => `${weekdayOf(day)}[${(weeks.match(/\d/gu) ?? []).join(',')}]`,
  ],
  [new RegExp(`最終${WEEKDAY.source}`, 'gu'), (_, day = '') => `${weekdayOf(day)}[-1]`],
  [
    new RegExp(`${DAY}(?:[・,、と/]?${DAY})*`, 'gu'),
    (days) => (days?.match(new RegExp(DAY, 'gu')) ?? []).map((day) => weekdayOf(day)).join(','),
  ],
  [/\s*(?:[〜~–—ー]|から)\s*/gu, () => '-'],
  [/まで/gu, () => ''],
  // What divides two rules stands between a time (or a rest) and a day; what divides days or times is a comma.
  [/(:\d{2}|off)\s*[/、,・。;]?\s*(?=[A-Z])/gu, (_, before) => `${before}; `],
  [/\s*[/、・]\s*/gu, () => ','],
  [/([a-zH\]])\s*:?\s*(?=\d{2}:|off)/gu, (_, before) => `${before} `],
];

/** What hours written in Japanese would be in our syntax, as far as its words go: 「第3木 10時〜12時」 → `Th[3] 10:00-12:00`. */
export function fromJapanese(hours: string): string {
  let text = hours.normalize('NFKC');
  for (const [phrase, replacement] of phrases) text = text.replace(phrase, replacement);
  return text.replace(/\s+/gu, ' ').trim();
}

const monthOf = (number: string): string => MONTHS[Number(number) - 1] ?? number;

const weekdayOf = (day: string): string =>
  day.startsWith('祝') ? 'PH' : (WEEKDAYS['月火水木金土日'.indexOf(day.charAt(0))] ?? day);

function timeOf(...[, half, hour = '', minutes, middle, digits]: string[]): string {
  const afternoon = half === '午後' && Number(hour) < 12 ? 12 : 0;
  const minute = middle ? '30' : (digits ?? minutes ?? '0');
  return `${String(Number(hour) + afternoon).padStart(2, '0')}:${minute.padStart(2, '0')}`;
}
