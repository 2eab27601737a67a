import type { Finding } from '../risk/finding.ts';
import { Draft, type Facts } from './draft.ts';
import type { Effect } from './effect.ts';
import type { Flow } from './flow.ts';
import { handOff, offerLines } from './hand-off.ts';
import { onPage } from './page.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * What happens when deciding an event failed: the talk opens to humans, and where the bot has it the resident is told,
 * with numbers to call, where they wrote. Does as little as it can, so that it does not fail for the same reason (DESIGN 1).
 */
export function fallbackStep(
  flow: Flow,
  snapshot: Snapshot,
  facts: Facts,
  finding: Finding | null,
  from?: 'web',
): { ok: true; snapshot: Snapshot; effects: Effect[] } {
  const draft = new Draft(flow, { ...snapshot, turn: null }, facts);
  const silent = snapshot.talk.state === 'human';
  handOff(draft, { topic: null, raise: finding?.level ?? 'none', quietly: true });
  draft.effect({
    kind: 'note',
    text: 'プログラムの不具合で自動の返事ができませんでした。相談員が読んでください。',
  });
  draft.effect({ kind: 'notify', what: 'talk' });
  if (silent) return { ok: true, ...draft.finish() };
  draft.sayText('fallback', {}, 'safety');
  try {
    offerLines(draft);
  } catch {
    // 110 and 119 are fixed by law; the text above names no others.
    draft.say([{ kind: 'text', text: '110 / 119' }], 'safety');
  }
  const { snapshot: after, effects } = draft.finish();
  const there = effects.map(
    (effect): Effect =>
      effect.kind === 'say' && from === 'web' ? { ...effect, saying: onPage(effect.saying) } : effect,
  );
  return { ok: true, snapshot: after, effects: there };
}
