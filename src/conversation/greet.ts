import type { Draft } from './draft.ts';

/** The honest first message: who reads, hours, secrecy and its exception, how to delete; once a consultation. */
export function greet(draft: Draft): void {
  if (draft.snapshot.greeted) return;
  if (draft.facts.trial) draft.sayText('trial');
  draft.sayText(draft.snapshot.returning ? 'welcome_back' : 'first_message');
  draft.change({ greeted: true });
}
