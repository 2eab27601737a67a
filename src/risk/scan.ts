import { type Folded, rawSpan, tighten } from '../text/fold.ts';
import { type Span, sentences } from '../text/sentences.ts';
import type { Reading } from './pattern.ts';
import type { Rule } from './rule.ts';
import { createSpotter } from './spotter.ts';

/** One compiled pattern of a rule. `anchors`: one or two sets of strings; every match contains one of each. */
export type Probe = { rule: Rule; reading: Reading; regexp: RegExp; anchors: readonly string[][] };

/** A rule found. Offsets are units of the folded text. `lowered`: an idiom covers it, or its sentence is not about anybody. */
export type Match = { rule: Rule; start: number; end: number; sentence: number; lowered: boolean };

export type Scanned = { sentences: Span[]; matches: Match[] };
export type Scan = (folded: Folded) => Scanned;

/** Builds the search for all patterns. A pattern runs only where its anchors stand. */
export function createScan(probes: readonly Probe[]): Scan {
  const inFolded = createSieve(probes, 'folded');
  const inAll = createSieve(probes, 'across');
  const inWritten = createSieve(probes, 'written');
  const inTight = createSieve(probes, 'tight');

  return (folded) => {
    const { text, written } = folded;
    const parts = sentences(text);
    const matches: Match[] = [];

    const add = (rule: Rule, start: number, end: number, sentence: number) => {
      // Pieces of an endless sentence overlap; a disguised word may also be found undisguised.
      if (!matches.some((m) => m.rule === rule && m.start === start && m.end === end))
        matches.push({ rule, start, end, sentence, lowered: false });
    };

    for (const [number, { start, end }] of parts.entries()) {
      for (const { rule, regexp } of inFolded(text, start, end))
        each(regexp, text.slice(start, end), (s, e) => add(rule, start + s, start + e, number));
      for (const { rule, regexp } of inWritten(written, start, end))
        each(regexp, written.slice(start, end), (s, e) => {
          if (standsAlone(folded, start + s, start + e)) add(rule, start + s, start + e, number);
        });
    }

    for (const { rule, regexp } of inAll(text, 0, text.length))
      each(regexp, text, (s, e) => add(rule, s, e, sentenceAt(parts, s)));

    const tight = tighten(folded);
    for (const { rule, regexp } of inTight(tight.text, 0, tight.text.length))
      each(regexp, tight.text, (s, e) => {
        const start = tight.index[s] as number;
        const end = (tight.index[e - 1] as number) + 1;
        if (isDisguised(text.slice(start, end), tight.text.slice(s, e)))
          add(rule, start, end, sentenceAt(parts, start));
      });

    lower(matches);
    return { sentences: parts, matches };
  };
}

/** Tells the patterns of a reading that may match in a stretch of a text: all of their anchors are in it. */
function createSieve(
  probes: readonly Probe[],
  reading: Reading,
): (text: string, start: number, end: number) => readonly Probe[] {
  const own = probes.filter((probe) => probe.reading === reading);
  const strings = own.flatMap(({ anchors: [rarest] }, id) => (rarest ?? []).map((text) => ({ text, id })));
  // Many patterns share their second anchors (a family of words): these have one id, behind those of the patterns.
  const shared = new Map<string, number>();
  const second = own.map(({ anchors: [, anchors] }) => {
    if (!anchors) return -1;
    const key = anchors.join('\n');
    const id = shared.get(key) ?? own.length + shared.size;
    if (!shared.has(key)) for (const text of anchors) strings.push({ text, id });
    shared.set(key, id);
    return id;
  });
  const spotter = createSpotter(strings);
  return (text, start, end) => {
    const found: Probe[] = [];
    for (const id of spotter.spot(text, start, end)) {
      const other = second[id];
      if (other === undefined) continue;
      if (other === -1 || spotter.spotted(other)) found.push(own[id] as Probe);
    }
    return found;
  };
}

/** All matches of one pattern, at most 20: nobody needs more reasons. */
function each(regexp: RegExp, text: string, found: (start: number, end: number) => void): void {
  regexp.lastIndex = 0;
  for (let n = 0; n < 20; n++) {
    const match = regexp.exec(text);
    if (!match) return;
    found(match.index, match.index + match[0].length);
    if (match[0] === '') regexp.lastIndex++;
  }
}

function lower(matches: Match[]): void {
  for (const low of matches) {
    if (low.rule.does !== 'lower') continue;
    for (const match of matches) {
      if (match.rule.does !== 'risk') continue;
      if (!match.rule.kinds.some((kind) => low.rule.kinds.includes(kind))) continue;
      if (low.rule.covers === 'sentence') match.lowered ||= match.sentence === low.sentence;
      else match.lowered ||= covers(low, match);
    }
  }
}

/** An idiom covers what lies in it or overlaps its edge; a longer statement around the idiom stands. */
const covers = (idiom: Match, match: Match): boolean =>
  idiom.start < match.end && match.start < idiom.end && !(match.start < idiom.start && match.end > idiom.end);

/** Katakana and Latin words have no neighbors of their own script: リスカ is not in アメリスカン, od not in good. */
function standsAlone(folded: Folded, start: number, end: number): boolean {
  const { raw } = folded;
  const { start: first, end: last } = rawSpan(folded, start, end);
  return (
    !sameScript(raw.charCodeAt(first - 1), raw.charCodeAt(first)) &&
    !sameScript(raw.charCodeAt(last - 1), raw.charCodeAt(last))
  );
}

function sameScript(a: number, b: number): boolean {
  const script = scriptOf(a);
  return script !== 0 && script === scriptOf(b);
}

/** 1 katakana, 2 Latin, 0 anything else (also NaN, beyond the text). */
function scriptOf(code: number): number {
  if ((code >= 0x30a1 && code <= 0x30fc) || (code >= 0xff66 && code <= 0xff9f)) return 1;
  if ((code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)) return 2;
  if ((code >= 0xff21 && code <= 0xff3a) || (code >= 0xff41 && code <= 0xff5a)) return 2;
  return 0;
}

/** Something was undone, and more than one comma or full stop: 「おいし、にたい」 is no disguise. */
function isDisguised(written: string, tight: string): boolean {
  if (written === tight) return false;
  const marks = written.length - written.replace(/[、。\n!?]/g, '').length;
  return !(marks === 1 && written.length - 1 === tight.length);
}

function sentenceAt(parts: readonly Span[], at: number): number {
  const found = parts.findIndex(({ end }) => at < end);
  return found < 0 ? Math.max(0, parts.length - 1) : found;
}
