import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { InferResponseType } from 'hono/client';
import { useState } from 'react';
import { api, inWords, need, type Session } from '../api.ts';
import { useAction } from '../desk-data.ts';
import { Button } from '../parts/button.tsx';
import { Fault, Field } from '../parts/field.tsx';
import { dayOf } from '../time.ts';

type People = InferResponseType<typeof api.people.$get, 200>;
type Person = People['people'][number];
type Role = Session['roles'][number];

const roleWords: Record<Role, string> = {
  counselor: '相談員',
  supervisor: 'スーパーバイザー',
  editor: 'フロー編集者',
  admin: '管理者',
  auditor: '監査',
};

/** Who works here: invitations, roles, topics, leaving. */
export function PeoplePage({ session }: { session: Session }) {
  const queries = useQueryClient();
  const people = useQuery({ queryKey: ['people'], queryFn: () => need(api.people.$get()) });
  const [editing, setEditing] = useState('');
  const reload = () => {
    setEditing('');
    return queries.invalidateQueries({ queryKey: ['people'] });
  };
  return (
    <div className="mx-auto max-w-4xl p-4 sm:p-6">
      <h1 className="mb-4 text-2xl font-bold">職員</h1>
      <Invite session={session} onDone={reload} />
      <h2 className="mt-8 mb-2 text-xl font-bold">アカウント</h2>
      <ul className="flex flex-col gap-2">
        {(people.data?.people ?? []).map((person) => (
          <li key={person.id} className="rounded-lg border border-line bg-surface p-4">
            <div className="flex flex-wrap items-start justify-between gap-2">
              <div className="min-w-0">
                <p className="font-bold">
                  {person.name}
                  {!person.active && <span className="ml-2 font-normal text-soft">（停止中）</span>}
                </p>
                <p className="text-sm break-all text-soft">{person.email}</p>
                <p className="text-sm">
                  {person.roles.map((role) => roleWords[role as Role] ?? role).join('、')} ／{' '}
                  {topicWords(person.topics, session)}
                  {person.secondFactor && ' ／ 二段階認証あり'}
                </p>
              </div>
              {editing !== person.id && (
                <Button
                  small
                  onClick={() => setEditing(person.id)}
                  aria-label={`${person.name}の設定を変える`}
                >
                  変える
                </Button>
              )}
            </div>
            {editing === person.id && <Change person={person} session={session} onDone={reload} />}
          </li>
        ))}
      </ul>
      {(people.data?.invites.length ?? 0) > 0 && (
        <>
          <h2 className="mt-8 mb-2 text-xl font-bold">まだ使われていない招待</h2>
          <ul className="text-sm">
            {people.data?.invites.map((one) => (
              <li key={one.id}>
                {one.name}（{one.email}）　{dayOf(one.expiresAt)}まで
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function topicWords(topics: readonly string[], session: Session): string {
  if (topics.includes('*')) return 'すべての分野';
  if (topics.length === 0) return '担当分野なし（相談は見えません）';
  return topics.map((id) => session.service.categories.find((one) => one.id === id)?.label ?? id).join('、');
}

function Rights(props: {
  session: Session;
  roles: readonly Role[];
  topics: readonly string[];
  onRoles(roles: Role[]): void;
  onTopics(topics: string[]): void;
}) {
  const { session, roles, topics, onRoles, onTopics } = props;
  const turned = <T extends string>(list: readonly T[], one: T) =>
    list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
  const all = topics.includes('*');
  return (
    <>
      <fieldset>
        <legend className="font-bold">役割</legend>
        <div className="flex flex-wrap gap-x-5">
          {(Object.keys(roleWords) as Role[]).map((role) => (
            <Check
              key={role}
              label={roleWords[role]}
              on={roles.includes(role)}
              onTurn={() => onRoles(turned(roles, role))}
            />
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend className="font-bold">見える分野</legend>
        <div className="flex flex-wrap gap-x-5">
          <Check label="すべて" on={all} onTurn={() => onTopics(all ? [] : ['*'])} />
          {!all &&
            session.service.categories.map((one) => (
              <Check
                key={one.id}
                label={one.label}
                on={topics.includes(one.id)}
                onTurn={() => onTopics(turned(topics, one.id))}
              />
            ))}
        </div>
      </fieldset>
    </>
  );
}

function Check({ label, on, onTurn }: { label: string; on: boolean; onTurn(): void }) {
  return (
    <label className="flex min-h-11 items-center gap-2">
      <input type="checkbox" className="size-5 accent-accent" checked={on} onChange={onTurn} />
      {label}
    </label>
  );
}

function Invite({ session, onDone }: { session: Session; onDone(): void }) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [roles, setRoles] = useState<Role[]>(['counselor']);
  const [topics, setTopics] = useState<string[]>(['*']);
  const [code, setCode] = useState('');
  const send = useAction(async () => {
    const told = await need(api.people.invites.$post({ json: { name, email, roles, topics } }));
    setCode(told.code);
    setName('');
    setEmail('');
    onDone();
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate(undefined);
      }}
      className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4"
    >
      <h2 className="text-xl font-bold">招待する</h2>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          label="氏名"
          value={name}
          onChange={(event) => setName(event.target.value)}
          maxLength={60}
          required
        />
        <Field
          label="メールアドレス"
          type="email"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          required
        />
      </div>
      <Rights session={session} roles={roles} topics={topics} onRoles={setRoles} onTopics={setTopics} />
      {send.isError && <Fault text={inWords(send.error)} />}
      <div>
        <Button type="submit" kind="main" disabled={send.isPending || roles.length === 0}>
          招待コードを作る
        </Button>
      </div>
      {code && <Code code={code} words="招待コード" />}
    </form>
  );
}

/** A one-time code, shown once, to be given by hand. */
function Code({ code, words }: { code: string; words: string }) {
  return (
    <p role="status" className="rounded-lg bg-wash p-3 text-on-wash">
      {words}（7日間有効、この画面でだけ見られます）:
      <code className="mt-1 block text-lg font-bold select-all">{code}</code>
      本人に直接わたし、サインインの画面の「アカウントを作る」で使ってもらってください。
    </p>
  );
}

function Change({ person, session, onDone }: { person: Person; session: Session; onDone(): void }) {
  const [roles, setRoles] = useState(person.roles as Role[]);
  const [topics, setTopics] = useState<string[]>(person.topics);
  const save = useAction(async (change: { active?: boolean; roles?: Role[]; topics?: string[] }) => {
    await need(api.people[':id'].$post({ param: { id: person.id }, json: change }));
    onDone();
  });
  const [code, setCode] = useState('');
  const reset = useAction(async () => {
    setCode((await need(api.people[':id'].reset.$post({ param: { id: person.id } }))).code);
  });
  return (
    <div className="mt-3 flex flex-col gap-3 border-t border-line pt-3">
      <Rights session={session} roles={roles} topics={topics} onRoles={setRoles} onTopics={setTopics} />
      <p className="text-sm text-soft">変えると、この人のサインインはいったん終わります。</p>
      {save.isError && <Fault text={inWords(save.error)} />}
      {code && <Code code={code} words="再設定コード" />}
      <div className="flex flex-wrap gap-2">
        <Button
          small
          kind="main"
          disabled={roles.length === 0 || save.isPending}
          onClick={() => save.mutate({ roles, topics })}
        >
          保存する
        </Button>
        <Button
          small
          kind={person.active ? 'danger' : 'plain'}
          onClick={() => save.mutate({ active: !person.active })}
        >
          {person.active ? 'アカウントを停止する' : 'アカウントを再開する'}
        </Button>
        <Button small disabled={reset.isPending} onClick={() => reset.mutate(undefined)}>
          パスワードと二段階認証の再設定
        </Button>
        <Button small onClick={onDone}>
          やめる
        </Button>
      </div>
    </div>
  );
}
