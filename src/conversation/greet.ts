import type { Draft } from './draft.ts';
import { linkMessage } from './page.ts';

/** The honest first message: who reads, hours, secrecy and its exception, how to delete; once a consultation. */
export function greet(draft: Draft): void {
  if (draft.snapshot.greeted) return;
  if (draft.facts.trial) draft.sayText('trial');
  if (draft.snapshot.returning) draft.sayText('welcome_back');
  else if (draft.flow.desk.talk === 'web') greetWithLink(draft);
  else draft.sayText('first_message');
  draft.change({ greeted: true });
}

/** Whoever would rather write than tap gets the way to the page with the first message. */
function greetWithLink(draft: Draft): void {
  draft.sayText('first_message_web');
  draft.say([linkMessage(draft, 'talk_write')]);
}
