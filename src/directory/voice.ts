import type { Weekday } from './calendar.ts';
import type { DateRange, NthWeekday } from './rule.ts';

/**
 * How one language speaks of time. Sentences are put together in `sentence` and `words`, from these pieces only.
 * `day` arguments are words already made by `weekday`, `nth` or `date`.
 */
export type Voice = {
  /** A minute of the day, 0 to 1440: 「8:30」「24:00」 */
  clock(minute: number): string;
  weekday(weekday: Weekday): string;
  /** 「第3木曜」 */
  nth(nth: NthWeekday): string;
  /** A date further than six days away, with its weekday. */
  date(month: number, day: number, weekday: string): string;
  today: string;
  tomorrow: string;
  /** When an open window closes; `day` empty when that is today. */
  until(day: string, clock: string): string;
  /** … and when, after a break, it opens again the same day. */
  untilBreak(clock: string, again: string): string;
  /** When a closed window opens. */
  from(day: string, clock: string): string;
  aroundTheClock: string;
  openNow(text: string): string;
  closedNow(reason: 'hours' | 'holiday' | 'day', text: string): string;
  neverOpens: string;
  unknown: string;
  /** Hours in words. */
  span(from: string, to: string): string;
  everyDay: string;
  holidays: string;
  yearEnd(range: string): string;
  weekdays(runs: readonly (readonly [Weekday, Weekday])[]): string;
  /** Every month's nth weekday. */
  monthly(nth: NthWeekday): string;
  range(range: DateRange): string;
  /** Days within a season: 「4月〜9月の月〜金」 */
  within(season: string, days: string): string;
  list(items: readonly string[]): string;
  part(days: string, spans: readonly string[]): string;
  parts(parts: readonly string[]): string;
  closedOn(days: readonly string[]): string;
  unknownOn(days: readonly string[]): string;
  restsAfter(weekday: string): string;
  aside(text: string, sentences: readonly string[]): string;
};

/** The voice of a language tag. Tags other than these three are better served by English than by nothing. */
export function voiceOf(language: string): Voice {
  if (language === 'ja') return JAPANESE;
  return language === 'easy' ? EASY : ENGLISH;
}

const KANJI = [...'月火水木金土日'];
const plainClock = (minute: number) => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
/** A month written without days ends, in a rule, on its 31st. */
const isWholeMonths = ({ from, to }: DateRange) => from % 100 === 1 && to % 100 === 31;
const monthOf = (date: number) => Math.floor(date / 100);

const JAPANESE: Voice = {
  clock: plainClock,
  weekday: (weekday) => `${KANJI[weekday]}曜`,
  nth: ({ weekday, nth }) =>
    `${nth > 0 ? `第${nth}` : nth === -1 ? '最終' : `最後から${-nth}回目の`}${KANJI[weekday]}曜`,
  date: (month, day, weekday) => `${month}月${day}日 ${weekday}`,
  today: '今日',
  tomorrow: 'あす',
  until: (day, clock) => (day ? `${day} ${clock}まで` : `今日は${clock}まで`),
  untilBreak: (clock, again) => `今日は${clock}まで、再開は${again}`,
  from: (day, clock) => `${day} ${clock}から`,
  aroundTheClock: '24時間受付',
  openNow: (text) => `受付中（${text}）`,
  closedNow: (reason, text) =>
    `${{ hours: '受付時間外', holiday: '今日は祝日で休み', day: '今日は休み' }[reason]}（${text}）`,
  neverOpens: '次の受付日は決まっていません',
  unknown: '受付時間は確認できていません',
  span: (from, to) => `${from}〜${to}`,
  everyDay: '毎日',
  holidays: '祝日',
  yearEnd: () => '年末年始',
  weekdays: (runs) =>
    runs.map(([from, to]) => (from === to ? KANJI[from] : `${KANJI[from]}〜${KANJI[to]}`)).join('・'),
  monthly: (nth) => JAPANESE.nth(nth),
  range: (range) => {
    const [from, to] = isWholeMonths(range)
      ? [`${monthOf(range.from)}月`, `${monthOf(range.to)}月`]
      : [japaneseDate(range.from), japaneseDate(range.to)];
    return from === to ? from : `${from}〜${to}`;
  },
  within: (season, days) => `${season}の${days}`,
  list: (items) => items.join('・'),
  part: (days, spans) => `${days} ${spans.join('、')}`,
  parts: (parts) => parts.join('、'),
  closedOn: (days) => `${days.join('・')}は休み`,
  unknownOn: (days) => `${days.join('・')}は要確認`,
  restsAfter: (weekday) => `${weekday}が祝日のときは次の平日も休み`,
  aside: (text, sentences) => (sentences.length ? `${text}（${sentences.join('。')}）` : text),
};

const japaneseDate = (date: number) => `${monthOf(date)}月${date % 100}日`;

/** やさしい日本語, as in the government's guideline: spaced, no 〜, no 24-hour clock, no technical words. */
const EASY: Voice = {
  ...JAPANESE,
  clock: (minute) => {
    if (minute === 720) return '昼の12時';
    if (minute === 0 || minute === 1440) return '夜の12時';
    const hour = Math.floor(minute / 60);
    const rest = minute % 60 ? `${minute % 60}分` : '';
    return `${hour < 12 ? '午前' : '午後'}${hour % 12}時${rest}`;
  },
  weekday: (weekday) => `${KANJI[weekday]}曜日`,
  // A date or a weekday is enough to go by; which week of the month it is would only be one more thing to read.
  nth: ({ weekday }) => `${KANJI[weekday]}曜日`,
  tomorrow: 'あした',
  until: (day, clock) => (day ? `${day} ${clock}まで` : `今日は ${clock}まで`),
  untilBreak: (clock, again) => `今日は ${clock}まで。そのあとは ${again}から`,
  aroundTheClock: '1日中 いつでも',
  openNow: (text) => `いま 相談できます（${text}）`,
  closedNow: (reason, text) => `${reason === 'hours' ? 'いまは 休みです' : '今日は 休みです'}（${text}）`,
  neverOpens: '次に 相談できる日は 決まっていません',
  unknown: '相談できる時間は わかりません',
  span: (from, to) => `${from}から ${to}まで`,
  yearEnd: (range) => range,
  weekdays: (runs) =>
    runs
      .map(([from, to]) =>
        from === to ? `${KANJI[from]}曜日` : `${KANJI[from]}曜日から ${KANJI[to]}曜日まで`,
      )
      .join('、'),
  monthly: ({ weekday, nth }) =>
    nth > 0 ? `毎月 ${nth}回目の ${KANJI[weekday]}曜日` : `毎月 最後の ${KANJI[weekday]}曜日`,
  range: (range) =>
    JAPANESE.range(range)
      .replace('〜', 'から ')
      .concat(range.from === range.to ? '' : 'まで'),
  list: (items) => items.join('と '),
  part: (days, spans) => `${days} ${spans.join('、')}`,
  closedOn: (days) => `${days.join('と ')}は 休み`,
  unknownOn: (days) => `${days.join('と ')}は わかりません`,
  restsAfter: (weekday) => `${weekday}が 祝日のときは、次の日も 休み`,
};

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const ORDINALS = ['', '1st', '2nd', '3rd', '4th', '5th'];
const shortDay = (weekday: Weekday) => (DAYS[weekday] as string).slice(0, 3);
const englishDate = (date: number) => `${MONTHS[monthOf(date) - 1]} ${date % 100}`;

const ENGLISH: Voice = {
  clock: plainClock,
  weekday: (weekday) => DAYS[weekday] as string,
  nth: ({ weekday, nth }) =>
    `${nth > 0 ? ORDINALS[nth] : nth === -1 ? 'last' : `${ORDINALS[-nth]} last`} ${DAYS[weekday]}`,
  date: (month, day, weekday) => `${MONTHS[month - 1]} ${day}, ${weekday},`,
  today: 'today',
  tomorrow: 'tomorrow',
  until: (day, clock) => `until ${clock} ${day || 'today'}`,
  untilBreak: (clock, again) => `until ${clock} today, again from ${again}`,
  from: (day, clock) => `opens ${day} ${clock}`,
  aroundTheClock: '24 hours a day',
  openNow: (text) => `Open now (${text})`,
  closedNow: (reason, text) =>
    `${{ hours: 'Closed now', holiday: 'Closed today, a public holiday', day: 'Closed today' }[reason]} (${text})`,
  neverOpens: 'no opening is planned',
  unknown: 'opening hours not known',
  span: (from, to) => `${from}–${to}`,
  everyDay: 'Every day',
  holidays: 'public holidays',
  yearEnd: (range) => range,
  weekdays: (runs) =>
    runs.map(([from, to]) => (from === to ? shortDay(from) : `${shortDay(from)}–${shortDay(to)}`)).join(', '),
  monthly: (nth) => `${ENGLISH.nth(nth)} of the month`,
  range: (range) => {
    const [from, to] = isWholeMonths(range)
      ? [MONTHS[monthOf(range.from) - 1] as string, MONTHS[monthOf(range.to) - 1] as string]
      : [englishDate(range.from), englishDate(range.to)];
    return from === to ? from : `${from} – ${to}`;
  },
  within: (season, days) => `${days} in ${season}`,
  list: (items) => items.join(', '),
  part: (days, spans) => `${days} ${spans.join(', ')}`,
  parts: (parts) => parts.join('; '),
  closedOn: (days) => `closed on ${days.join(' and ')}`,
  unknownOn: (days) => `not known for ${days.join(' and ')}`,
  restsAfter: (weekday) => `when ${weekday} is a public holiday, also closed on the next working day`,
  aside: (text, sentences) => (sentences.length ? `${text} (${sentences.join('; ')})` : text),
};
