import { type Folded, fold, rawSpan } from '../text/fold.ts';
import type { Span } from '../text/sentences.ts';
import { type Detect, type Finding, type Level, type RiskHit, rank } from './finding.ts';
import { judge } from './judge.ts';
import type { Lexicon } from './lexicon.ts';
import type { Opinion, RiskModel } from './model.ts';
import type { Reason } from './reasons.ts';
import { before, joinRecent } from './recent.ts';

/** A word or two (「うん」「今から」) says only what the messages before it make it say. */
const WORD = 8;
/** So few letters may be the end of a word that was begun in the message before. */
const LETTERS = 4;
/** A message that the model finds as peaceful as this (natural logarithm of the odds) has left the danger before it. */
const PEACEFUL = -3.5;
/** Up to this many folded characters the model reads a message as a whole, beyond that two sentences at a time. */
const WHOLE = 160;

/**
 * Builds the detector from its two layers: the lexicon that staff edit, and (when given) the trained model. The higher
 * of the two decides. Keeps scratch memory: one detector for one thread, any number of calls.
 */
export function createDetector({ lexicon, model }: { lexicon: Lexicon; model?: RiskModel }): Detect {
  const read = (text: string, from: number, listens = true): Read => {
    const folded = fold(text);
    const scanned = lexicon.scan(folded);
    const judged = judge(scanned, (match) => rawSpan(folded, match.start, match.end).end > from);
    let finding: Finding = {
      level: judged.level,
      score: scores[judged.level],
      kinds: judged.kinds,
      subject: judged.subject,
      hits: judged.hits.map((match) => hit(folded, match, match.rule.why)),
    };
    // What the lexicon knows for an idiom or a film, the model takes for danger only when it is very sure.
    const excused = judged.level === 'none' && scanned.matches.some(({ lowered }) => lowered);
    const opinion =
      model && listens && rank(finding.level) < rank('imminent')
        ? opinionOf(model, lexicon, folded, scanned.sentences, from, excused)
        : undefined;
    finding = combine(finding, folded, opinion);
    const hits = finding.hits
      .map(({ start, end, why }) => ({ start: Math.max(0, start - from), end: end - from, why }))
      .filter(({ end }) => end > 0)
      .sort((a, b) => a.start - b.start || b.end - a.end);
    return { finding: { ...finding, hits }, folded, opinion };
  };
  const peaceful = ({ folded: { text }, opinion }: Read): boolean => {
    if (!model || text.length <= LETTERS) return false;
    const whole =
      opinion && text.length <= WHOLE
        ? opinion
        : model.judge(text, 0, text.length, lexicon.cues(text, 0, text.length));
    return whole.odds < PEACEFUL;
  };

  return (text, recent = []) => {
    const first = read(text, 0);
    const { finding: alone, folded } = first;
    if (alone.level === 'imminent' || before(recent, text, '') === '') return alone;
    const inDanger = (): Finding | undefined => {
      const { finding: earlier } = read(joinRecent(recent.slice(-3), ''), 0);
      return rank(earlier.level) >= rank('high') ? earlier : undefined;
    };
    if (rank(alone.level) < rank('high') && lexicon.closes(folded.text)) {
      const earlier = inDanger();
      return earlier ? answered(earlier, text) : alone;
    }
    let worst = alone;
    const listens = !peaceful(first);
    // Split words have no space between their bubbles; separate sentences read better with one.
    for (const joint of ['', '\n']) {
      const earlier = before(recent, text, joint);
      const { finding: joined } = read(earlier + text, earlier.length, listens);
      if (rank(joined.level) > rank(worst.level)) worst = joined;
    }
    const continues =
      folded.text.length <= WORD && lexicon.continues.some((word) => folded.text.startsWith(word));
    if (rank(worst.level) < rank('high') && continues) {
      const earlier = inDanger();
      if (earlier) return carried(earlier, text);
    }
    return worst;
  };
}

/** What was made of a text; `opinion` is the model's, where it was asked. */
type Read = { finding: Finding; folded: Folded; opinion: Opinion | undefined };

const scores: Record<Level, number> = { none: 0, watch: 0.4, high: 0.85, imminent: 0.98 };

const hit = (folded: Folded, { start, end }: Span, why: string): RiskHit => ({
  ...rawSpan(folded, start, end),
  why,
});

/** The model's gravest opinion of any stretch of the message that ends after `from`. */
function opinionOf(
  model: RiskModel,
  lexicon: Lexicon,
  folded: Folded,
  sentences: readonly Span[],
  from: number,
  excused: boolean,
): Opinion | undefined {
  const { text } = folded;
  let gravest: Opinion | undefined;
  for (const { start, end } of stretches(text.length, sentences)) {
    if (rawSpan(folded, start, end).end <= from) continue;
    const cues = lexicon.cues(text, start, end);
    const opinion = model.judge(text, start, end, cues, excused);
    if (
      !gravest ||
      rank(opinion.level) > rank(gravest.level) ||
      (opinion.level === gravest.level && opinion.score > gravest.score)
    )
      gravest = opinion;
  }
  return gravest;
}

function stretches(length: number, sentences: readonly Span[]): Span[] {
  if (length === 0) return [];
  if (length <= WHOLE) return [{ start: 0, end: length }];
  return sentences.map(({ start }, i) => ({ start, end: (sentences[i + 1] ?? (sentences[i] as Span)).end }));
}

const likeness: Record<Exclude<Level, 'none'>, string> = {
  watch: 'つらさを訴える相談に近い（学習モデル）',
  high: '危険のある相談に近い（学習モデル）',
  imminent: '差し迫った相談に近い（学習モデル）',
};

function whyOf(level: Exclude<Level, 'none'>, { families }: Reason): string {
  const said = families.map((family) => `「${family}」`).join('と');
  return said ? `${said}を言う言葉が、${likeness[level]}` : `言い回しが、${likeness[level]}`;
}

function combine(finding: Finding, folded: Folded, opinion: Opinion | undefined): Finding {
  if (!opinion || opinion.level === 'none' || rank(opinion.level) <= rank(finding.level)) return finding;
  const { level } = opinion;
  const { kinds, other, reasons } = opinion.explain();
  return {
    level,
    score: Math.max(opinion.score, finding.score),
    kinds: [...new Set([...kinds, ...finding.kinds])],
    subject: finding.level === 'none' ? (other ? 'other' : 'self') : finding.subject,
    hits: [...finding.hits, ...reasons.map((reason) => hit(folded, reason, whyOf(level, reason)))],
  };
}

/** Thanks or a yes after a statement of danger: no new danger, and the counselor still sees what it answers. */
function answered(earlier: Finding, text: string): Finding {
  const hits: RiskHit[] = [
    {
      start: 0,
      end: text.length,
      why: '返事だけで、新しい危険はない。直前のメッセージには危険を示す言葉がある',
    },
  ];
  return { ...earlier, level: 'watch', score: scores.watch, hits };
}

/** A word or two after a statement of danger takes nothing back: the danger stands. */
function carried(earlier: Finding, text: string): Finding {
  const hits: RiskHit[] = [
    { start: 0, end: text.length, why: '直前のメッセージに危険を示す言葉があり、その続き' },
  ];
  return { ...earlier, level: 'high', score: Math.min(earlier.score, scores.high), hits };
}
