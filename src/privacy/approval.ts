import type { Alerts } from '../alert/alerts.ts';
import type { NoticeReason } from '../alert/notice.ts';
import { type AuditWord, entryWrite } from '../audit/entry.ts';
import type { ApprovalTable } from '../store/audit_tables.ts';
import { addApproval, approvalOf, decideApproval, takeApproval } from '../store/queries/approval.ts';
import { change } from '../store/queries/changes.ts';
import type { Store, Write } from '../store/store.ts';

/**
 * Two people of different roles. `identity`: the LINE user id for the police, for danger to life only. `disclosure`: a
 * resident's consultations as a document, for a disclosure request (開示請求).
 */
export type ApprovalKind = ApprovalTable['kind'];

/** Why, in fixed words that may stand in the log. An identity is opened for danger to life and for nothing else. */
export const grounds = {
  identity: {
    suicide: '自死のおそれ',
    violence: '暴力・殺傷のおそれ',
    child: '子どもの生命・身体の危険',
    'other-life': 'そのほか生命の危険',
  },
  disclosure: { request: '本人からの開示請求' },
} as const;

export const isGround = (kind: ApprovalKind, ground: string): boolean => Object.hasOwn(grounds[kind], ground);

/** How long an application waits for its second person, and how long an approval waits to be used, ms. */
export const APPROVAL_MS = 30 * 60_000;

/** Who asks in which role: the least that suffices, so that a supervisor remains to agree. */
const askers: Record<ApprovalKind, readonly string[]> = {
  identity: ['counselor', 'supervisor'],
  disclosure: ['supervisor'],
};
const deciders = ['supervisor', 'admin'] as const;

export type Person = { id: string; roles: readonly string[] };

/** The role in which a person asks; undefined: they may not. */
export const askingRole = (kind: ApprovalKind, { roles }: Person): string | undefined =>
  askers[kind].find((role) => roles.includes(role));

/** The role in which a person may decide what another one asked: another person, in another role. */
export function decidingRole(
  { id, roles }: Person,
  asked: Pick<ApprovalTable, 'asked_by' | 'asked_as'>,
): string | undefined {
  if (id === asked.asked_by) return undefined;
  return deciders.find((role) => roles.includes(role) && role !== asked.asked_as);
}

export type Stage = 'asked' | 'approved' | 'declined' | 'used' | 'expired';

export function stageOf(row: ApprovalTable, now: number): Stage {
  if (row.used_at !== null) return 'used';
  if (row.decision === 'declined') return 'declined';
  if (now - (row.decided_at ?? row.asked_at) > APPROVAL_MS) return 'expired';
  return row.decision ?? 'asked';
}

type Deps = {
  store: Store;
  now(): number;
  /** The rows that tell supervisors away from the screen; absent where nobody is told. */
  alerts?: Pick<Alerts, 'notice'> | null;
};

/** Asks. The reason comes sealed. Everybody's console is told, and supervisors away from it of an identity. Asked again with the same id, it is one. */
export async function ask(
  { store, now, alerts }: Deps,
  person: Person,
  wanted: Pick<ApprovalTable, 'id' | 'kind' | 'consultation_id' | 'ground' | 'sealed_reason'>,
): Promise<boolean> {
  const role = askingRole(wanted.kind, person);
  if (!role || !isGround(wanted.kind, wanted.ground)) return false;
  const at = now();
  const row: ApprovalTable = {
    ...wanted,
    asked_by: person.id,
    asked_as: role,
    asked_at: at,
    decision: null,
    decided_by: null,
    decided_as: null,
    decided_at: null,
    used_by: null,
    used_at: null,
  };
  const detail = { ground: wanted.ground, as: role };
  await store.commit([
    { query: addApproval(store.sql, row), expect: 1 },
    ...told(store, row, at, `${row.kind}-asked`, person, detail),
    ...supervisorsTold(alerts, 'identity-asked', row, at),
  ]);
  return true;
}

export type Decided = 'ok' | 'absent' | 'own' | 'late';

/** The second person agrees or not. `own`: somebody else in another role must; `late`: decided or expired already. */
export async function decide(
  { store, now }: Deps,
  person: Person,
  id: string,
  decision: 'approved' | 'declined',
): Promise<Decided> {
  const [row] = await store.read(approvalOf(store.sql, id));
  if (!row) return 'absent';
  const role = decidingRole(person, row);
  if (!role) return 'own';
  const at = now();
  if (stageOf(row, at) !== 'asked') return 'late';
  const decided = { id, decision, decided_by: person.id, decided_as: role, decided_at: at };
  const committed = await store.commit([
    { query: decideApproval(store.sql, decided), expect: 1 },
    ...told(store, row, at, `${row.kind}-${decision}`, person, { as: role, asked: row.asked_by }),
  ]);
  return committed.ok ? 'ok' : 'late';
}

/**
 * Uses an approval up, before anything is handed out: by one of the two, once, in time. Answers what it was for, or
 * undefined when it is not to be used (any more).
 */
export async function redeem(
  { store, now, alerts }: Deps,
  person: Person,
  id: string,
): Promise<ApprovalTable | undefined> {
  const [row] = await store.read(approvalOf(store.sql, id));
  const at = now();
  if (!row || stageOf(row, at) !== 'approved') return undefined;
  if (person.id !== row.asked_by && person.id !== row.decided_by) return undefined;
  const committed = await store.commit([
    { query: takeApproval(store.sql, id, person.id, at), expect: 1 },
    ...told(store, row, at, `${row.kind}-shown`, person, {}),
    ...supervisorsTold(alerts, 'identity-opened', row, at),
  ]);
  return committed.ok ? row : undefined;
}

const supervisorsTold = (
  alerts: Deps['alerts'],
  reason: NoticeReason,
  { id, kind, consultation_id }: ApprovalTable,
  at: number,
): Write[] =>
  kind === 'identity'
    ? (alerts?.notice({ reason, occasion: id, consultation: consultation_id, at }) ?? [])
    : [];

function told(
  { sql }: Store,
  { consultation_id }: Pick<ApprovalTable, 'consultation_id'>,
  at: number,
  what: AuditWord,
  { id }: Person,
  detail: Record<string, string>,
): Write[] {
  return [
    entryWrite(sql, { at, what, staff: id, consultation: consultation_id, detail }),
    { query: change(sql, { at, consultation_id: null, what: 'approval' }) },
  ];
}
