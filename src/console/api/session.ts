import { Hono } from 'hono';
import { z } from 'zod';
import { isWithinLimit } from '../../store/limit.ts';
import { dutyOf } from '../../store/queries/presence.ts';
import { mayOffice, officeActions } from '../access.ts';
import type { ConsoleDeps, Signed } from '../deps.ts';
import { join } from '../invite.ts';
import { body } from './body.ts';

const joining = z.object({
  code: z.string().max(60),
  name: z.string().trim().min(1).max(60),
  email: z.email().max(254),
  password: z.string().min(12).max(128),
});

/** Codes cannot be guessed; whoever tries is slowed down all the same. */
const joinLimit = { max: 20, windowMs: 10 * 60_000 };

/** What anybody may ask before signing in. */
export function welcomeApi(deps: ConsoleDeps) {
  return new Hono()
    .get('/welcome', (c) =>
      c.json({ service: deps.service.name, demo: deps.demo?.accounts ?? null, secure: isSecure(deps) }),
    )
    .post('/join', body(joining), async (c) => {
      const key = `join ${deps.address(c.req.raw)}`;
      if (!(await isWithinLimit(deps.store, key, joinLimit, deps.now())))
        return c.json({ error: 'too-many' as const }, 429);
      const joined = await join(deps, c.req.valid('json'));
      return joined.ok ? c.json({ email: joined.email }) : c.json({ error: joined.why }, 400);
    });
}

/** Who is signed in, what they may do, and the words of this municipality. */
export function sessionApi(deps: ConsoleDeps) {
  return new Hono<Signed>().get('/session', async (c) => {
    const { staff } = c.var;
    const [duty] = await deps.store.read(dutyOf(deps.store.sql, staff.id));
    return c.json({
      id: staff.id,
      name: staff.name,
      email: staff.email,
      roles: staff.roles,
      secondFactor: staff.secondFactor,
      totp: staff.totp,
      needsSecondFactor: staff.needsSecondFactor,
      office: officeActions.filter((action) => mayOffice(staff, action)),
      duty: { on: duty?.on_duty === 1 },
      service: deps.service,
    });
  });
}

function isSecure(deps: ConsoleDeps): boolean {
  return deps.publicUrl.startsWith('https://');
}
