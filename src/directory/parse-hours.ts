import { DAY_MINUTES, dayNumber, monthLength, type Weekday } from './calendar.ts';
import { fromJapanese } from './hours-in-japanese.ts';
import { fail, type HoursError, Reader, type Token, Unreadable } from './hours-tokens.ts';
import type { DateRange, Days, NthWeekday, Rule, Span } from './rule.ts';

export type ParsedHours = { ok: true; rules: Rule[] } | { ok: false; error: HoursError };

/**
 * Reads the subset of OpenStreetMap's `opening_hours` that windows need:
 * `Mo-Fr 08:30-12:00,13:00-17:15`, `Th[3]`, `Mo[-1]`, `22:00-02:00`, `Apr-Sep`, `Dec 29-Jan 03`, `2026 Nov 18-20`,
 * `PH`, `off`, `24/7`; parts divided by `;`, the later one winning on the days that it matches.
 */
export function parseHours(text: string): ParsedHours {
  const read = parse(text);
  const suggestion = read.ok ? null : meant(text);
  return read.ok || suggestion === null ? read : { ok: false, error: { ...read.error, suggestion } };
}

/** The whole of hours written in Japanese, in the syntax; null unless it can be read then, or lacks no more than its times. */
function meant(text: string): string | null {
  if (!/\p{Script=Han}/u.test(text)) return null;
  const translated = fromJapanese(text);
  const read = parse(translated);
  return read.ok || read.error.offset === translated.length ? translated : null;
}

function parse(text: string): ParsedHours {
  try {
    return { ok: true, rules: readRules(new Reader(text)) };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, error: error.found };
    throw error;
  }
}

function readRules(reader: Reader): Rule[] {
  if (reader.peek().kind === 'end')
    fail(reader.peek(), '受付時間が空です。分からないときは「hours」の行ごと消してください。');
  const rules: Rule[] = [];
  do {
    if (rules.length > 0 && reader.peek().kind === 'end') break; // a last semicolon does no harm
    rules.push(readRule(reader));
  } while (reader.take(';'));
  const rest = reader.peek();
  if (rest.kind !== 'end')
    fail(
      rest,
      `「${rest.text}」はここには書けません。曜日・日付・時刻の順に書き、次のきまりとは「;」で区切ってください。`,
    );
  return rules;
}

function readRule(reader: Reader): Rule {
  const first = reader.peek();
  if (first.kind === '24/7') {
    reader.next();
    return { dates: [], spans: [{ from: 0, to: DAY_MINUTES }] };
  }
  const dates = readDates(reader);
  const days = readDays(reader);
  const selected = { dates, ...(days ? { days } : {}) };
  const after = reader.peek();
  if (after.kind === 'off') {
    reader.next();
    return { ...selected, spans: [] };
  }
  if (after.kind === 'time') {
    const spans = readSpans(reader);
    if (reader.peek().kind === 'off')
      fail(
        reader.peek(),
        '時間帯を休みにする書き方はありません。開いている時間だけを「09:00-12:00,13:00-16:00」のように並べてください。',
      );
    return { ...selected, spans };
  }
  if (dates.length === 0 && !days)
    fail(
      after,
      after.text
        ? `「${after.text}」はここには書けません。曜日・日付・時刻のどれかを書いてください。`
        : 'ここに、曜日・日付・時刻のどれかが必要です。',
    );
  if (after.kind !== 'end' && after.text !== ';')
    fail(
      after,
      `「${after.text}」はここには書けません。このあとには「08:30-17:15」のような時刻か「off」を書いてください。`,
    );
  fail(
    after,
    'このあとに「08:30-17:15」のような時刻か「off」が必要です。一日中開いているときは「00:00-24:00」と書いてください。',
  );
}

/** `Dec 29-Jan 03`, `Apr-Sep`, `Jan 05,Feb 11`, `Nov 18,20`, `2026 Nov 18-20`, `2026 Dec 29-2027 Jan 03` */
function readDates(reader: Reader): DateRange[] {
  const ranges: DateRange[] = [];
  let previous: DatePoint | undefined;
  while (startsDate(reader) || (previous?.day && reader.peek().kind === 'number')) {
    const from: DatePoint =
      startsDate(reader) || !previous ? readPoint(reader) : { ...previous, day: readDay(reader, previous) };
    let to = from;
    if (reader.take('-')) {
      if (reader.peek().kind === 'number' && !startsDate(reader) && from.day)
        to = { ...from, day: readDay(reader, from) };
      else to = readPoint(reader);
      if ((from.year === undefined) !== (to.year === undefined))
        fail(to.token, '年は、始まりと終わりの両方に書くか、どちらにも書かないでください。');
      if ((from.day === undefined) !== (to.day === undefined))
        fail(to.token, '日は、始まりと終わりの両方に書くか、どちらにも書かないでください。');
    }
    const range = toRange(from, to);
    if (range.kind === 'once' && range.to < range.from)
      fail(to.token, '終わりの日付が、始まりより前になっています。');
    ranges.push(range);
    previous = to;
    // A comma after a date may also begin nothing of ours: then the caller finds it and says so.
    if (!(reader.peek().text === ',' && ['month', 'number'].includes(reader.peek(1).kind))) break;
    reader.take(',');
  }
  return ranges;
}

type DatePoint = { year?: number; month: number; day?: number; token: Token };

const startsDate = (reader: Reader): boolean =>
  reader.peek().kind === 'month' || (reader.peek().kind === 'number' && reader.peek(1).kind === 'month');

function readPoint(reader: Reader): DatePoint {
  const first = reader.next();
  if (first.kind !== 'month' && first.kind !== 'number')
    fail(first, 'ここには「Jan 03」のような月と日が必要です。');
  if (first.kind === 'number' && (first.value < 2000 || first.value > 2100))
    fail(
      first,
      `「${first.text}」は年として読めません。「2026 Nov 18」のように、年・月・日の順に書いてください。`,
    );
  const monthToken = first.kind === 'month' ? first : reader.next();
  if (monthToken.kind !== 'month') fail(monthToken, 'ここには「Jan」のような月が必要です。');
  const point: DatePoint = { month: monthToken.value, token: monthToken };
  if (first.kind === 'number') point.year = first.value;
  if (reader.peek().kind === 'number' && !startsDate(reader)) point.day = readDay(reader, point);
  return point;
}

function readDay(reader: Reader, point: DatePoint): number {
  const token = reader.next();
  if (token.value < 1 || token.value > monthLength(point.year ?? 2024, point.month))
    fail(token, `${point.month}月に「${token.text}」日はありません。`);
  return token.value;
}

function toRange(from: DatePoint, to: DatePoint): DateRange {
  if (from.year === undefined || to.year === undefined)
    return { kind: 'yearly', from: from.month * 100 + (from.day ?? 1), to: to.month * 100 + (to.day ?? 31) };
  return {
    kind: 'once',
    from: dayNumber(from.year, from.month, from.day ?? 1),
    to: dayNumber(to.year, to.month, to.day ?? monthLength(to.year, to.month)),
  };
}

/** `Mo-Fr`, `Sa,Su,PH`, `Th[3]`, `Mo[1,-1]` */
function readDays(reader: Reader): Days | undefined {
  if (reader.peek().kind !== 'weekday' && reader.peek().kind !== 'PH') return undefined;
  let mask = 0;
  let holidays = false;
  const nth: NthWeekday[] = [];
  do {
    const token = reader.next();
    if (token.kind === 'PH') holidays = true;
    else if (token.kind !== 'weekday')
      fail(
        token,
        token.kind === 'time'
          ? '時間帯を並べるときは「09:00-12:00,13:00-16:00」のように、時刻のあとに「,」を書いてください。'
          : 'ここには Mo から Su の曜日か PH が必要です。',
      );
    else if (reader.take('[')) nth.push(...readNth(reader, token.value as Weekday));
    else if (reader.take('-')) {
      const end = reader.next();
      if (end.kind !== 'weekday') fail(end, 'ここには「Fr」のような、終わりの曜日が必要です。');
      for (let day = token.value; ; day = (day + 1) % 7) {
        mask |= 1 << day;
        if (day === end.value) break;
      }
    } else mask |= 1 << token.value;
  } while (reader.take(','));
  const after = reader.peek();
  if (after.kind === 'weekday' || after.kind === 'PH')
    fail(after, `「${after.text}」の前に「,」か「;」が必要です。`);
  return { mask, nth, holidays };
}

function readNth(reader: Reader, weekday: Weekday): NthWeekday[] {
  const found: NthWeekday[] = [];
  do {
    const sign = reader.take('-') ? -1 : 1;
    const token = reader.next();
    if (token.kind !== 'number' || token.value < 1 || token.value > 5)
      fail(
        token,
        '第何週かは「Th[3]」（第3木曜）、「Th[-1]」（最後の木曜）のように、1から5の数で書いてください。',
      );
    let last = token.value;
    if (sign > 0 && reader.take('-')) {
      const end = reader.next();
      if (end.kind !== 'number' || end.value < token.value || end.value > 5)
        fail(end, '第何週かの範囲は「Th[1-2]」のように、小さい数から書いてください。');
      last = end.value;
    }
    for (let nth = token.value; nth <= last; nth++) found.push({ weekday, nth: sign * nth });
  } while (reader.take(','));
  if (!reader.take(']')) fail(reader.peek(), 'ここに「]」が必要です。');
  return found;
}

/** `09:00-12:00,13:00-16:00`; an end at or before its start is on the next day, as is one past 24:00. */
function readSpans(reader: Reader): Span[] {
  const spans: Span[] = [];
  do {
    const start = reader.next();
    if (start.kind === 'weekday' || start.kind === 'PH')
      fail(
        start,
        '曜日ごとに時間がちがうときは「;」で区切ってください。あとに書いたほうが、その曜日では使われます。',
      );
    if (start.kind !== 'time' || start.value >= DAY_MINUTES)
      fail(start, 'ここには「08:30」のような、始まりの時刻が必要です。');
    if (!reader.take('-'))
      fail(reader.peek(), '時刻は「08:30-17:15」のように、始まりと終わりを「-」でつないでください。');
    const end = reader.next();
    if (end.kind !== 'time') fail(end, 'ここには「17:15」のような、終わりの時刻が必要です。');
    if (end.value === start.value)
      fail(end, '始まりと終わりが同じ時刻です。一日中なら「00:00-24:00」と書いてください。');
    const to = end.value < start.value ? end.value + DAY_MINUTES : end.value;
    if (to - start.value > DAY_MINUTES) fail(end, '一つの時間帯は24時間までです。');
    spans.push({ from: start.value, to });
  } while (reader.take(','));
  return spans;
}
