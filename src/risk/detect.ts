import { fold } from '../text/fold.ts';
import {
  type Detect,
  type Finding,
  type Level,
  type RiskHit,
  type RiskKind,
  type RiskSubject,
  rank,
} from './finding.ts';
import type { Lexicon } from './lexicon.ts';
import type { Match, Scanned } from './scan.ts';

/** Up to this many UTF-16 units a message is read as a continuation of the ones before it. */
const CONTINUES = 60;
/** A word or two (「うん」, 「今から」) says only what the messages before it make it say. */
const WORD = 8;
/** How much of the earlier messages is read with a short one. */
const BEFORE = 200;

/** Builds the detector from its two layers. Keeps scratch memory: one detector for one thread, any number of calls. */
export function createDetector({ lexicon }: { lexicon: Lexicon }): Detect {
  const read = (text: string, from: number): Finding => {
    const folded = fold(text);
    const judged = judge(lexicon.scan(folded), (match) => (folded.to[match.end - 1] as number) > from);
    return {
      level: judged.level,
      score: scores[judged.level],
      kinds: judged.kinds,
      subject: judged.subject,
      hits: judged.hits
        .map(({ rule, start, end }) => ({
          start: Math.max(0, (folded.from[start] as number) - from),
          end: (folded.to[end - 1] as number) - from,
          why: rule.why,
        }))
        .filter(({ end }) => end > 0)
        .sort((a, b) => a.start - b.start || b.end - a.end),
    };
  };

  return (text, recent = []) => {
    const alone = read(text, 0);
    if (recent.length === 0 || text.length > CONTINUES) return alone;
    const before = recent.join('').slice(-BEFORE);
    let worst = alone;
    // Split words have no space between their bubbles; separate sentences read better with one.
    for (const joint of ['', '\n']) {
      const joined = read(`${before}${joint}${text}`, before.length + joint.length);
      if (rank(joined.level) > rank(worst.level)) worst = joined;
    }
    if (fold(text).text.length <= WORD) {
      const earlier = read(recent.slice(-3).join('\n'), 0);
      if (rank(earlier.level) >= 2 && rank(worst.level) < 2) return carried(earlier, text);
    }
    return worst;
  };
}

const scores: Record<Level, number> = { none: 0, watch: 0.4, high: 0.85, imminent: 0.98 };

/** A word or two after a statement of danger takes nothing back: the danger stands. */
function carried(earlier: Finding, text: string): Finding {
  const hits: RiskHit[] = [
    { start: 0, end: text.length, why: '直前のメッセージに危険を示す言葉があり、その続き' },
  ];
  return { ...earlier, level: 'high', score: Math.min(earlier.score, scores.high), hits };
}

type Judged = { level: Level; kinds: RiskKind[]; subject: RiskSubject; hits: Match[] };

/** Weighs what was found. Only what `counts` (lies in the message itself, not before it) can carry the result. */
function judge({ matches }: Scanned, counts: (match: Match) => boolean): Judged {
  const risks = matches.filter((match) => match.rule.does === 'risk');
  const standing = risks.filter((match) => !match.lowered);
  const raises = matches.filter((match) => match.rule.does === 'raise');
  const abouts = matches.filter((match) => match.rule.does === 'about');

  let level: Level = 'none';
  const hits: Match[] = [];
  for (const match of standing) {
    const own = match.rule.does === 'risk' ? match.rule.level : 'none';
    const raise = own === 'high' ? raises.find((found) => raisesMatch(found, match)) : undefined;
    if (!counts(match) && !(raise && counts(raise))) continue;
    const reached: Level = raise ? 'imminent' : own;
    if (rank(reached) > rank(level)) level = reached;
    hits.push(match);
    if (raise && !hits.includes(raise)) hits.push(raise);
  }

  // A film, a song, somebody's death: no danger by itself, but the writer speaking of themself beside it is heard.
  const lowered = risks.filter(
    (match) => match.lowered && counts(match) && match.rule.does === 'risk' && match.rule.level !== 'watch',
  );
  if (level === 'none' && lowered.length > 0 && abouts.some((about) => speaksOfSelf(about))) {
    level = 'watch';
    hits.push(...lowered);
  }
  if (level === 'none') return { level, kinds: [], subject: 'nobody', hits: [] };

  const top = hits.filter((match) => match.rule.does === 'risk');
  const kinds = [...new Set(top.flatMap((match) => match.rule.kinds))];
  return { level, kinds, subject: subjectOf(top, abouts), hits };
}

const raisesMatch = (raise: Match, match: Match): boolean =>
  raise.rule.does === 'raise' &&
  (raise.rule.anywhere || raise.sentence === match.sentence) &&
  raise.rule.kinds.some((kind) => match.rule.kinds.includes(kind));

const speaksOfSelf = (match: Match): boolean => match.rule.does === 'about' && match.rule.subject === 'self';

/** Somebody else when the text says so for this kind of danger and nothing says that it is the writer. */
function subjectOf(risks: readonly Match[], abouts: readonly Match[]): RiskSubject {
  const fitting = abouts.filter((about) =>
    risks.some((risk) => about.rule.kinds.some((kind) => risk.rule.kinds.includes(kind))),
  );
  return fitting.some((about) => !speaksOfSelf(about)) && !fitting.some(speaksOfSelf) ? 'other' : 'self';
}
