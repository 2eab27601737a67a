import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, inWords, need, type Session } from '../api.ts';
import { useAction } from '../desk-data.ts';
import { Button } from '../parts/button.tsx';
import { Fault, Field } from '../parts/field.tsx';
import { Link } from '../parts/link.tsx';
import { yearDayOf } from '../time.ts';

/** What is forgotten soon, and what is held with a reason. */
export function RetentionPage({ session }: { session: Session }) {
  const queries = useQueryClient();
  const list = useQuery({ queryKey: ['retention'], queryFn: () => need(api.retention.$get()) });
  const [holding, setHolding] = useState<string | null>(null);
  const reload = () => queries.invalidateQueries({ queryKey: ['retention'] });
  const release = useAction(async (id: string) => {
    await need(api.consultations[':id'].release.$post({ param: { id } }));
    await reload();
  });
  return (
    <div className="mx-auto max-w-3xl p-4 sm:p-6">
      <h1 className="mb-1 text-2xl font-bold">保存期間</h1>
      {list.isError && <Fault text={inWords(list.error)} />}
      {list.data && (
        <p className="mb-4 text-soft">
          相談を終えてから、内容は{list.data.days.content}日、職員のメモは{list.data.days.notes}日、記録は
          {list.data.days.log}日で消えます。消えたものは戻せません。
        </p>
      )}
      <h2 className="mt-6 mb-2 text-xl font-bold">まもなく消えるもの</h2>
      {list.data?.soon.length === 0 && <p>ありません。</p>}
      <ul className="flex flex-col gap-2">
        {list.data?.soon.map(({ id, name, what, forgetAt }) => (
          <li key={`${id} ${what}`} className="rounded-lg border border-line bg-surface p-3">
            <p>
              相談 <Talk session={session} id={id} name={name} />の{what === 'notes' ? 'メモ' : '内容'}（
              {yearDayOf(forgetAt)} に消えます）
            </p>
            {holding === `${id} ${what}` ? (
              <HoldForm
                id={id}
                onDone={() => {
                  setHolding(null);
                  void reload();
                }}
              />
            ) : (
              <Button small onClick={() => setHolding(`${id} ${what}`)}>
                残す
              </Button>
            )}
          </li>
        ))}
      </ul>
      <h2 className="mt-6 mb-2 text-xl font-bold">残しているもの</h2>
      {list.data?.held.length === 0 && <p>ありません。</p>}
      <ul className="flex flex-col gap-2">
        {list.data?.held.map((hold) => (
          <li key={hold.id} className="rounded-lg border border-line bg-surface p-3">
            <p>
              相談 <Talk session={session} id={hold.id} name={hold.name} />（{hold.by}さん、
              {yearDayOf(hold.until)} まで）
            </p>
            <p className="break-words whitespace-pre-wrap">{hold.reason}</p>
            <Button small onClick={() => release.mutate(hold.id)}>
              残すのをやめる
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Led to by those who read talks; an administrator knows it by name and number only. */
function Talk({ session, id, name }: { session: Session; id: string; name: string | null }) {
  const words = (
    <>
      {name} <span className="font-mono text-sm">{id.slice(0, 8)}</span>
    </>
  );
  if (!session.roles.includes('supervisor')) return words;
  return (
    <Link to={`/talk/${id}`} className="text-accent underline">
      {words}
    </Link>
  );
}

function HoldForm({ id, onDone }: { id: string; onDone(): void }) {
  const hold = useAction(async (json: { reason: string; days: number }) => {
    await need(api.consultations[':id'].hold.$post({ param: { id }, json }));
    onDone();
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    hold.mutate({ reason: String(form.get('reason')), days: Number(form.get('days')) });
  };
  return (
    <form onSubmit={submit} className="mt-2 flex flex-col gap-2">
      <Field label="理由" name="reason" required maxLength={1000} />
      <Field label="何日残すか" name="days" type="number" min={1} max={365} defaultValue={90} required />
      {hold.isError && <Fault text={inWords(hold.error)} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>やめる</Button>
        <Button type="submit" kind="main" disabled={hold.isPending}>
          残す
        </Button>
      </div>
    </form>
  );
}
