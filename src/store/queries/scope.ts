import type { ExpressionBuilder } from 'kysely';
import type { Tables, TalkState } from '../tables.ts';

/** What a list or a load is limited to, because of who asks. Made by `console/access`. */
export type Scope = {
  staff: string;
  /** Category ids, or `all`. Nobody without topics sees anything. */
  topics: readonly string[] | 'all';
  states: readonly TalkState[];
  /** From this level on the topic no longer matters. */
  everybodyFrom: number;
};

/** The condition on a conversation that a person may see its current consultation. */
export function visible(scope: Scope) {
  return (eb: ExpressionBuilder<Tables, 'conversation'>) =>
    eb.and([
      scope.states.length > 0 ? eb('conversation.state', 'in', [...scope.states]) : never(eb),
      ofTopic(scope)(eb),
    ]);
}

/** The condition that the conversation's topic lets the person see it. */
export function ofTopic({ staff, topics, everybodyFrom }: Scope) {
  return (eb: ExpressionBuilder<Tables, 'conversation'>) => {
    if (topics === 'all') return eb(eb.val(1), '=', 1);
    if (topics.length === 0) return never(eb);
    return eb.or([
      eb('conversation.owner', '=', staff),
      eb('conversation.level', '>=', everybodyFrom),
      eb('conversation.topic', 'in', [...topics]),
    ]);
  };
}

function never(eb: ExpressionBuilder<Tables, 'conversation'>) {
  return eb(eb.val(0), '=', 1);
}
