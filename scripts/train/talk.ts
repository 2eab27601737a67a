import { mulberry32 } from './linear.ts';
import {
  adjectiveEndings,
  adjectives,
  endings,
  frames,
  joins,
  openers,
  plain,
  pointers,
  pointing,
  short,
  stateEndings,
  states,
  topics,
  verbs,
} from './talk-parts.ts';

/**
 * Everyday talk made of parts, for the training of the risk model: a corpus of consultations holds too little of how
 * people merely chat, and a model that has not seen 「してしまいました」 and 「怖いですよね」 in peace takes them for danger.
 * Written for this project; combined, not copied. Verbs are conjugated, so that few lines give many wordings.
 */

type Kind = '1' | '5' | 's' | 'k' | 'a';
type Verb = { whats: string[]; word: string; kind: Kind };

const parse = (table: string): { whats: string[]; word: string }[] =>
  table
    .trim()
    .split('\n')
    .map((line) => {
      const [whats = '', word = ''] = line.split('｜');
      return { whats: whats.split(' '), word };
    });

const rows: Record<string, string> = {
  う: 'わいえおって',
  く: 'かきけこいて',
  ぐ: 'がぎげごいで',
  す: 'さしせそして',
  つ: 'たちてとって',
  ぬ: 'なにねのんで',
  ぶ: 'ばびべぼんで',
  む: 'まみめもんで',
  る: 'らりれろって',
};

/** The forms of a verb by the letter that stands for them in the endings. */
function forms(word: string, kind: Kind): Record<string, string> {
  const stem = word.slice(0, -1);
  if (kind === 's') {
    const base = word.slice(0, -2);
    return {
      D: word,
      M: `${base}し`,
      T: `${base}して`,
      A: `${base}した`,
      N: `${base}し`,
      B: `${base}すれば`,
      V: `${base}しよう`,
      P: `${base}でき`.replace(/をでき$/u, 'ができ'),
    };
  }
  if (kind === 'k') {
    const base = word.slice(0, -2);
    return {
      D: word,
      M: `${base}来`,
      T: `${base}来て`,
      A: `${base}来た`,
      N: `${base}来`,
      B: `${base}来れば`,
      V: `${base}来よう`,
      P: `${base}来られ`,
    };
  }
  if (kind === '1')
    return {
      D: word,
      M: stem,
      T: `${stem}て`,
      A: `${stem}た`,
      N: stem,
      B: `${stem}れば`,
      V: `${stem}よう`,
      P: `${stem}られ`,
    };
  if (kind === 'a') {
    // ～ない, ～たくない: conjugates as an adjective.
    return {
      D: word,
      M: stem,
      T: `${stem}くて`,
      A: `${stem}かった`,
      N: `${stem}く`,
      B: `${stem}ければ`,
      V: word,
      P: stem,
    };
  }
  const row = rows[word.at(-1)!]!;
  const sound = word.endsWith('行く') ? 'って' : row.slice(4);
  const past = sound.replace('て', 'た').replace('で', 'だ');
  return {
    D: word,
    M: stem + row[1],
    T: stem + sound,
    A: stem + past,
    N: stem + row[0],
    B: `${stem}${row[2]}ば`,
    V: `${stem}${row[3]}う`,
    P: stem + row[2],
  };
}

/** `count` different lines of everyday talk; always the same ones. */
export function friendlyTalk(count: number): string[] {
  const random = mulberry32(20261121);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const parsed = parse(verbs).map(
    ({ whats, word }): Verb => ({ whats, word: word.slice(0, -1).trimEnd(), kind: word.at(-1) as Kind }),
  );
  const described = parse(adjectives);

  const doing = (): string => {
    const { whats, word, kind } = pick(parsed);
    const which =
      kind === 'a' ? pick([0, 2, 3, 5]) : pick([0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7]);
    const ending = pick((random() < 0.4 ? plain : endings)[which]!);
    const at = ending.search(/[DMTANBVP]/u);
    const letter = ending[at]!;
    let form = forms(word, kind)[letter]!;
    if (random() < 0.25) form = form.replace(/[をがは]/u, '');
    let tail = ending.slice(at + 1);
    if (letter === 'T') {
      // 食べて + いました, but 食べて + ました is 食べてました; 読んで keeps its own sound.
      tail = /^[るた]/u.test(tail) && !tail.startsWith('たら') ? tail : tail;
      if (tail.startsWith('ちゃ')) {
        form = form.slice(0, -1);
        if (/で$/u.test(forms(word, kind).T!)) tail = tail.replace('ちゃ', 'じゃ');
      }
    }
    if (letter === 'A' && form.endsWith('だ')) tail = tail.replace(/^り/u, 'り');
    return ending.slice(0, at) + (/^[0-9]/u.test(form) ? form : whatsOf(pick(whats), word, form)) + tail;
  };
  const whatsOf = (what: string, word: string, form: string): string => {
    // 「楽しみで眠れなくなる」: what already ends in the particle that the verb begins with.
    if (/^[でに]/u.test(word) && /[てでに]$/u.test(what)) return what + form.slice(1);
    if (/^に/u.test(word) && /早く|早め|すぐ|ぐっすり/u.test(what)) return what + form.slice(1);
    return what + form;
  };
  const being = (): string => {
    if (random() < 0.5) {
      const { whats, word } = pick(described);
      return pick(whats) + pick(['が', 'は', 'って', 'も', '']) + word.slice(0, -1) + pick(adjectiveEndings);
    }
    return pick(states) + pick(stateEndings);
  };
  const framed = (): string => pick(frames).replace('X', pick(topics)).replace('Y', pick(topics));
  const pointed = (): string =>
    pick(pointing)
      .replace('N', () => String(1 + Math.floor(random() ** 2 * 90)))
      .replace('Z', () => pick(pointers));
  const part = (): string => {
    const dice = random();
    return dice < 0.55 ? doing() : dice < 0.7 ? being() : dice < 0.83 ? framed() : pointed();
  };

  const made = new Set<string>();
  while (made.size < count) {
    const dice = random();
    if (dice < 0.02) {
      made.add(pick(short));
      continue;
    }
    let line = (random() < 0.75 ? pick(openers) : '') + part();
    if (dice < 0.12) line = `${pick(short)}。${line}`;
    else if (dice < 0.45) line += pick(joins) + (random() < 0.6 ? pick(openers) : '') + part();
    if (random() < 0.3) line += pick(['。', '。', '！', '〜', '笑', 'w', '。。', '…', '😊']);
    made.add(line);
  }
  return [...made];
}
