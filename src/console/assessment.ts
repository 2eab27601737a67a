import { z } from 'zod';

/** Japanese practice asks these, concretely and one by one; `unknown` is an honest answer. */
const answer = z.enum(['yes', 'no', 'unknown']);

/**
 * A counselor's assessment of danger to life. The questions rise: thoughts, plan, means, time; then past attempts,
 * alone or not, safe now or not (facts of practice: 自殺の危険のアセスメント).
 */
export const assessment = z.object({
  thoughts: answer,
  plan: answer,
  means: answer,
  time: answer,
  attempts: answer,
  alone: answer,
  safe: answer,
  memo: z.string().trim().max(2000),
});
export type Assessment = z.infer<typeof assessment>;
