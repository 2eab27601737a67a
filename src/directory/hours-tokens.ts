import { didYouMean } from '../diagnostic/diagnostic.ts';

/** What is wrong in an hours text, and where: `offset` from 0, in UTF-16 units. */
export type HoursError = { offset: number; length: number; message: string; suggestion?: string };

export const WEEKDAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WORDS = [...WEEKDAYS, ...MONTHS, 'PH', 'off'];
const LONG_WORDS = [
  ...['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
  ...['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october'],
  ...['november', 'december', 'ph', 'off'],
];
/** What is likely meant by a character that the syntax does not know. */
const JAPANESE: Record<string, string> = {
  ...Object.fromEntries([...'月火水木金土日'].map((name, i) => [name, WEEKDAYS[i] as string])),
  祝: 'PH',
  休: 'off',
  '〜': '-',
  '～': '-',
  '~': '-',
  '–': '-',
  '、': ',',
};

export type Token = {
  kind: 'weekday' | 'month' | 'PH' | 'off' | '24/7' | 'time' | 'number' | 'sign' | 'end';
  text: string;
  /** Weekday 0 to 6, month 1 to 12, minutes, or the number itself. */
  value: number;
  offset: number;
};

/** Thrown while reading, and turned into a value by `parseHours`. */
export class Unreadable extends Error {
  readonly found: HoursError;
  constructor(found: HoursError) {
    super(found.message);
    this.found = found;
  }
}

export function fail(token: Token, message: string, suggestion?: string): never {
  throw new Unreadable({
    offset: token.offset,
    length: Math.max(1, token.text.length),
    message,
    ...(suggestion ? { suggestion } : {}),
  });
}

/** The tokens of an hours text, one after another. */
export class Reader {
  readonly #tokens: Token[];
  #at = 0;
  constructor(text: string) {
    this.#tokens = tokenize(text);
  }
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token;
  }
  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }
  /** Takes the next token if it is this sign. */
  take(sign: string): boolean {
    if (this.peek().kind !== 'sign' || this.peek().text !== sign) return false;
    this.#at++;
    return true;
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:(24\/7)|(\d{1,2}):(\d{2})|(\d+)|([A-Za-z]+)|([,;[\]-])|(\S))/gu;
  for (const found of text.matchAll(pattern)) {
    const [whole, always, hour, minute, number, word, sign] = found;
    const body = whole.trimStart();
    const token: Token = {
      kind: 'sign',
      text: body,
      value: 0,
      offset: found.index + whole.length - body.length,
    };
    if (always) token.kind = '24/7';
    else if (hour !== undefined) {
      token.kind = 'time';
      token.value = Number(hour) * 60 + Number(minute);
      if (Number(minute) > 59)
        fail(token, `「${body}」という時刻はありません。分は00から59で書いてください。`);
      if (Number(hour) > 48) fail(token, `「${body}」という時刻はありません。`);
    } else if (number !== undefined) {
      token.kind = 'number';
      token.value = Number(number);
    } else if (word) readWord(token, word);
    else if (!sign) {
      const plain = JAPANESE[body] ?? (body.normalize('NFKC') === body ? undefined : body.normalize('NFKC'));
      fail(
        token,
        `「${body}」は使えません。受付時間は半角の英数字と記号で、例えば「Mo-Fr 08:30-17:15; PH off」のように書いてください。`,
        plain,
      );
    }
    tokens.push(token);
  }
  tokens.push({ kind: 'end', text: '', value: 0, offset: text.trimEnd().length });
  return tokens;
}

function readWord(token: Token, word: string): void {
  const weekday = WEEKDAYS.indexOf(word);
  const month = MONTHS.indexOf(word);
  if (weekday >= 0) Object.assign(token, { kind: 'weekday', value: weekday });
  else if (month >= 0) Object.assign(token, { kind: 'month', value: month + 1 });
  else if (word === 'PH') token.kind = 'PH';
  else if (word === 'off' || word === 'closed') token.kind = 'off';
  else if (word === 'SH')
    fail(token, '学校の休み（SH）は使えません。期間を「Jul 21-Aug 31」のように日付で書いてください。');
  else {
    const long = LONG_WORDS.findIndex((known) => word.length > 1 && known.startsWith(word.toLowerCase()));
    const suggestion = WORDS[long] ?? didYouMean(word, WORDS);
    fail(
      token,
      `「${word}」は使えません。曜日は Mo Tu We Th Fr Sa Su、月は Jan から Dec、祝日は PH、休みは off と書いてください。`,
      suggestion,
    );
  }
}
