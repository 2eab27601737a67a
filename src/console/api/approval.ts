import { type Context, Hono } from 'hono';
import { createMiddleware } from 'hono/factory';
import { z } from 'zod';
import { entryWrite } from '../../audit/entry.ts';
import {
  APPROVAL_MS,
  ask,
  type Decided,
  decide,
  decidingRole,
  grounds,
  redeem,
  stageOf,
} from '../../privacy/approval.ts';
import type { ApprovalTable } from '../../store/audit_tables.ts';
import { isWithinLimit } from '../../store/limit.ts';
import { approvalsSince, wrongCodes } from '../../store/queries/approval.ts';
import { logPage } from '../../store/queries/audit.ts';
import { everyone } from '../../store/queries/staff.ts';
import { judge, mayOffice } from '../access.ts';
import type { ConsoleDeps, Signed } from '../deps.ts';
import type { Proof } from '../session.ts';
import { body } from './body.ts';
import { loadTalk } from './load.ts';
import { logReading } from './reading.ts';

const base64url = z.string().max(4_000);

/** The second factor, shown anew: a number of the authenticator app, or a passkey's answer to a challenge of this minute. */
const proof = z.union([
  z.object({ code: z.string().regex(/^\d{6}$/u) }),
  z.object({
    passkey: z.object({
      id: base64url,
      rawId: base64url,
      type: z.literal('public-key'),
      response: z.object({
        clientDataJSON: base64url,
        authenticatorData: base64url,
        signature: base64url,
      }),
    }),
  }),
]);
const asking = z.object({
  id: z.uuid(),
  ground: z.string().max(40),
  reason: z.string().trim().min(1).max(1000),
  proof,
});

/** So many wrong proofs in so long, and no more are looked at. */
const mostWrong = 5;
const wrongWithinMs = 15 * 60_000;
/** Right ones too, counted before they are looked at: what comes all at once would be looked at before one is known to be wrong. */
const proofLimit = { max: 10, windowMs: wrongWithinMs };

/** How long reports of threats and harassment stay on the page. */
const flagsShownMs = 14 * 24 * 3_600_000;

/** How long what was decided stays on the page. */
const shownMs = 24 * 3_600_000;

/**
 * What takes two people: opening an identity for danger to life, and handing out a resident's consultations for a
 * disclosure request. One asks with a reason, another in another role agrees within 30 minutes, both with a fresh number
 * of their second factor; what was agreed to is shown once.
 */
export function approvalApi(deps: ConsoleDeps) {
  const { store } = deps;
  return new Hono<Signed>()
    .post('/consultations/:id/identity', body(asking), (c) =>
      asks(c, 'identity', 'open-identity', c.req.valid('json')),
    )
    .post('/consultations/:id/disclosure', body(asking), (c) =>
      asks(c, 'disclosure', 'disclose', c.req.valid('json')),
    )
    .get('/flags', may, async (c) => {
      const since = deps.now() - flagsShownMs;
      const rows = await store.read(logPage(store.sql, { what: 'flag', from: since }, 100));
      return c.json({
        flags: rows.map(({ seq, at, name, consultation_id, detail }) => ({
          seq,
          at,
          by: name ?? '',
          consultation: consultation_id ?? '',
          kind: (JSON.parse(detail) as { kind: string }).kind,
        })),
      });
    })
    .get('/approvals', async (c) => {
      const { staff } = c.var;
      const now = deps.now();
      const [rows, people] = await Promise.all([
        store.read(approvalsSince(store.sql, now - shownMs)),
        store.read(everyone(store.sql)),
      ]);
      const names = new Map(people.map((person) => [person.id, person.name]));
      const mine = (row: ApprovalTable) => row.asked_by === staff.id || row.decided_by === staff.id;
      const shown = rows.filter((row) => mine(row) || mayOffice(staff, 'approve'));
      for (const { consultation_id, sealed_key } of shown)
        if (sealed_key !== null) await logReading(deps, staff.id, consultation_id, 'reason-read');
      return c.json({
        now,
        approvals: shown.map((row) => ({
          id: row.id,
          kind: row.kind,
          consultation: row.consultation_id,
          ground: wordOf(row),
          reason: reasonOf(row, row.sealed_key),
          askedBy: names.get(row.asked_by) ?? '',
          askedAt: row.asked_at,
          decidedBy: row.decided_by ? (names.get(row.decided_by) ?? '') : null,
          until: (row.decided_at ?? row.asked_at) + APPROVAL_MS,
          stage: stageOf(row, now),
          mayDecide: stageOf(row, now) === 'asked' && decidingRole(staff, row) !== undefined,
          mayUse: stageOf(row, now) === 'approved' && mine(row),
        })),
      });
    })
    .get('/approvals/standing', may, async (c) => {
      const { staff } = c.var;
      const now = deps.now();
      const [rows, people] = await Promise.all([
        store.read(approvalsSince(store.sql, now - shownMs)),
        store.read(everyone(store.sql)),
      ]);
      const names = new Map(people.map((person) => [person.id, person.name]));
      return c.json({
        standing: rows
          .map((row) => ({ row, stage: stageOf(row, now) }))
          .filter(({ stage }) => stage === 'asked' || stage === 'used')
          .map(({ row, stage }) => ({
            id: row.id,
            kind: row.kind,
            stage,
            askedBy: names.get(row.asked_by) ?? '',
            until: row.asked_at + APPROVAL_MS,
            mayDecide: stage === 'asked' && decidingRole(staff, row) !== undefined,
            usedBy: row.used_by ? (names.get(row.used_by) ?? '') : null,
            usedAt: row.used_at,
          })),
      });
    })
    .post('/approvals/:id/approve', may, body(z.object({ proof })), async (c) => {
      const refused = await withoutProof(c, c.req.valid('json').proof);
      return refused ?? settled(c, await decide(deps, c.var.staff, c.req.param('id') ?? '', 'approved'));
    })
    .post('/approvals/:id/decline', may, async (c) =>
      settled(c, await decide(deps, c.var.staff, c.req.param('id') ?? '', 'declined')),
    )
    .post('/approvals/:id/use', async (c) => {
      const used = await redeem(deps, c.var.staff, c.req.param('id') ?? '');
      if (!used) return c.json({ error: 'refused' as const, reason: 'not-now' as const, by: null }, 409);
      deps.bell.ring();
      const shown =
        used.kind === 'identity'
          ? { sheet: await deps.opening.sheet(used.consultation_id), document: undefined }
          : { sheet: undefined, document: await deps.opening.disclosure(used.consultation_id) };
      return c.json({ sheet: shown.sheet ?? null, document: shown.document ?? null, at: deps.now() });
    });

  async function asks(
    c: Context<Signed>,
    kind: ApprovalTable['kind'],
    action: 'open-identity' | 'disclose',
    input: z.output<typeof asking>,
  ) {
    const loaded = await loadTalk(deps, c.var.staff, c.req.param('id') ?? '');
    const verdict = loaded ? judge(c.var.staff, loaded.standing, action) : 'absent';
    if (!loaded || verdict === 'absent') return c.json({ error: 'absent' as const }, 404);
    if (verdict === 'forbidden') return c.json({ error: 'forbidden' as const }, 403);
    const { row } = loaded;
    if (verdict === 'not-now' || row.sealed_key === null)
      return c.json({ error: 'refused' as const, reason: 'not-now' as const, by: null }, 409);
    const refused = await withoutProof(c, input.proof);
    if (refused) return refused;
    const seal = deps.sealer(row.id, row.sealed_key);
    const done = await ask(deps, c.var.staff, {
      id: input.id,
      kind,
      consultation_id: row.id,
      ground: input.ground,
      sealed_reason: seal(`approval:${input.id}`, input.reason),
    });
    deps.bell.ring();
    return done ? c.json({ ok: true as const }) : c.json({ error: 'bad-input' as const }, 400);
  }

  /** An answer that refuses, unless the person has just shown their second factor. */
  async function withoutProof(c: Context<Signed>, given: Proof) {
    const { staff } = c.var;
    const at = deps.now();
    const refuse = (reason: 'no-second-factor' | 'code-wrong' | 'too-many') =>
      c.json({ error: 'refused' as const, reason, by: null }, 409);
    if ('code' in given && !staff.totp) return refuse('no-second-factor');
    const [wrong] = await store.read(wrongCodes(store.sql, staff.id, at - wrongWithinMs));
    if (Number(wrong?.rows ?? 0) >= mostWrong) return refuse('too-many');
    if (!(await isWithinLimit(store, `proof ${staff.id}`, proofLimit, at))) return refuse('too-many');
    if (await deps.sessions.proves(c.req.raw.headers, staff.id, given)) return undefined;
    await store.commit([entryWrite(store.sql, { at, what: 'code-wrong', staff: staff.id })]);
    return refuse('code-wrong');
  }

  function settled(c: Context<Signed>, decided: Decided) {
    if (decided === 'ok') {
      deps.bell.ring();
      return c.json({ ok: true as const });
    }
    if (decided === 'absent') return c.json({ error: 'absent' as const }, 404);
    const reason = decided === 'own' ? ('other-role-needed' as const) : ('not-now' as const);
    return c.json({ error: 'refused' as const, reason, by: null }, 409);
  }

  function reasonOf({ id, consultation_id, sealed_reason }: ApprovalTable, key: string | null): string {
    if (key === null) return '';
    try {
      return deps.opener(consultation_id, key)(`approval:${id}`, sealed_reason);
    } catch {
      return '（開けません）';
    }
  }
}

function wordOf({ kind, ground }: ApprovalTable): string {
  const words: Record<string, string> = grounds[kind];
  return words[ground] ?? ground;
}

const may = createMiddleware<Signed>(async (c, next) =>
  mayOffice(c.var.staff, 'approve') ? next() : c.json({ error: 'forbidden' as const }, 403),
);
