import { type Level, type RiskKind, type RiskSubject, rank } from './finding.ts';
import type { Match, Scanned } from './scan.ts';

/** What the lexicon says of a message, and the rules it says so by. */
export type Judged = { level: Level; kinds: RiskKind[]; subject: RiskSubject; hits: Match[] };

/**
 * Weighs the rules that were found. The worst sentence decides. Only what `counts` (lies in the message itself, not in
 * the ones before it) can carry the result.
 */
export function judge({ matches }: Scanned, counts: (match: Match) => boolean): Judged {
  const risks = matches.filter((match) => match.rule.does === 'risk');
  const raises = matches.filter((match) => match.rule.does === 'raise');
  const abouts = matches.filter((match) => match.rule.does === 'about');

  let level: Level = 'none';
  const hits: Match[] = [];
  for (const match of risks) {
    if (match.lowered || match.rule.does !== 'risk') continue;
    const raise = match.rule.level === 'high' ? raises.find((found) => raisesMatch(found, match)) : undefined;
    if (!counts(match) && !(raise && counts(raise))) continue;
    const reached: Level = raise ? 'imminent' : match.rule.level;
    if (rank(reached) > rank(level)) level = reached;
    hits.push(match);
    if (raise && !hits.includes(raise)) hits.push(raise);
  }

  // A film, a song, somebody's death: no danger by itself, but the writer speaking of themself beside it is heard.
  const lowered = risks.filter(
    (match) => match.lowered && counts(match) && match.rule.does === 'risk' && match.rule.level !== 'watch',
  );
  if (level === 'none' && lowered.length > 0 && abouts.some(speaksOfSelf)) {
    level = 'watch';
    hits.push(...lowered);
  }
  if (level === 'none') return { level, kinds: [], subject: 'nobody', hits: [] };

  const reasons = hits.filter((match) => match.rule.does === 'risk');
  return {
    level,
    kinds: [...new Set(reasons.flatMap((match) => match.rule.kinds))],
    subject: subjectOf(reasons, abouts),
    hits,
  };
}

const raisesMatch = (raise: Match, match: Match): boolean =>
  raise.rule.does === 'raise' &&
  (raise.rule.anywhere || raise.sentence === match.sentence) &&
  sharesKind(raise, match);

const sharesKind = (a: Match, b: Match): boolean => a.rule.kinds.some((kind) => b.rule.kinds.includes(kind));

const speaksOfSelf = (match: Match): boolean => match.rule.does === 'about' && match.rule.subject === 'self';

/** Somebody else when the text says so for this kind of danger and nothing says that it is the writer. */
function subjectOf(risks: readonly Match[], abouts: readonly Match[]): RiskSubject {
  const fitting = abouts.filter((about) => risks.some((risk) => sharesKind(about, risk)));
  return fitting.some((about) => !speaksOfSelf(about)) && !fitting.some(speaksOfSelf) ? 'other' : 'self';
}
