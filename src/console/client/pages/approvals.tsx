import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { InferResponseType } from 'hono/client';
import { useState } from 'react';
import type { Proof } from '../../session.ts';
import { api, inWords, need } from '../api.ts';
import { useAction } from '../desk-data.ts';
import { Button } from '../parts/button.tsx';
import { Fault } from '../parts/field.tsx';
import { Link } from '../parts/link.tsx';
import { ProofForm } from '../parts/proof.tsx';
import { dayOf, timeOf } from '../time.ts';

type Approval = InferResponseType<typeof api.approvals.$get, 200>['approvals'][number];
type Opened = InferResponseType<(typeof api.approvals)[':id']['use']['$post'], 200>;

const kinds = { identity: '身元の開示', disclosure: '開示請求の書き出し' };
const stages = {
  asked: '承認を待っています',
  approved: '承認されました',
  declined: '認められませんでした',
  used: '表示しました',
  expired: '時間が過ぎました',
};

/** What waits for a second person, and what was agreed to. What it opens is shown once, on this page. */
export function ApprovalsPage() {
  const queries = useQueryClient();
  const list = useQuery({ queryKey: ['approvals'], queryFn: () => need(api.approvals.$get()) });
  const [opened, setOpened] = useState<Opened | null>(null);
  const reload = () => queries.invalidateQueries({ queryKey: ['approvals'] });
  return (
    <div className="mx-auto max-w-3xl p-4 sm:p-6">
      <h1 className="mb-1 text-2xl font-bold">承認と報告</h1>
      <p className="mb-4 text-soft">
        身元の開示（生命の危険があるときだけ）と、開示請求の書き出しには、役割のちがう二人が要ります。申請から30分で締め切ります。すべて記録に残ります。
      </p>
      <Flags />
      {opened && <OpenedOnce opened={opened} onClose={() => setOpened(null)} />}
      {list.isError && <Fault text={inWords(list.error)} />}
      {list.data?.approvals.length === 0 && <p>いま申請はありません。</p>}
      <ul className="flex flex-col gap-3">
        {list.data?.approvals.map((approval) => (
          <li key={approval.id} className="rounded-lg border border-line bg-surface p-4">
            <Item
              approval={approval}
              onDone={() => void reload()}
              onOpened={(one) => {
                setOpened(one);
                void reload();
              }}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

const flagKinds: Record<string, string> = {
  threat: '脅し',
  sexual: '性的ないやがらせ',
  other: '迷惑行為',
};

/** What staff reported of threats and harassment: for the supervisor to look after them. */
function Flags() {
  const flags = useQuery({ queryKey: ['flags'], queryFn: () => need(api.flags.$get()) });
  if (!flags.data || flags.data.flags.length === 0) return null;
  return (
    <section className="mb-6 rounded-lg bg-high-wash p-4 text-high">
      <h2 className="font-bold">職員への脅し・いやがらせの報告（14日間）</h2>
      <ul>
        {flags.data.flags.map((flag) => (
          <li key={flag.seq}>
            {dayOf(flag.at)} {timeOf(flag.at)} {flag.by}さん: {flagKinds[flag.kind] ?? flag.kind}{' '}
            <Link to={`/talk/${flag.consultation}`} className="underline">
              相談を開く
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Item(props: { approval: Approval; onDone(): void; onOpened(opened: Opened): void }) {
  const { approval, onDone, onOpened } = props;
  const param = { id: approval.id };
  const approve = useAction(async (proof: Proof) => {
    await need(api.approvals[':id'].approve.$post({ param, json: { proof } }));
    onDone();
  });
  const decline = useAction(async () => {
    await need(api.approvals[':id'].decline.$post({ param }));
    onDone();
  });
  const open = useAction(async () => {
    onOpened(await need(api.approvals[':id'].use.$post({ param })));
  });
  const fault = [approve, decline, open].find((one) => one.isError)?.error;
  return (
    <>
      <h2 className="font-bold">
        {kinds[approval.kind]}（{approval.ground}）
      </h2>
      <p className="text-sm text-soft">
        {dayOf(approval.askedAt)} {timeOf(approval.askedAt)} {approval.askedBy}さんが申請 ・ 相談{' '}
        {approval.consultation.slice(0, 8)} ・ {stages[approval.stage]}
        {approval.decidedBy && `（${approval.decidedBy}さん）`}
        {(approval.stage === 'asked' || approval.stage === 'approved') &&
          ` ・ ${timeOf(approval.until)} まで`}
      </p>
      <p className="my-2 break-words whitespace-pre-wrap">{approval.reason}</p>
      {approval.mayDecide && (
        <ProofForm label="承認する" busy={approve.isPending} onProof={(proof) => approve.mutate(proof)}>
          <Button disabled={decline.isPending} onClick={() => decline.mutate(undefined)}>
            認めない
          </Button>
        </ProofForm>
      )}
      {approval.mayUse && (
        <Button kind="danger" disabled={open.isPending} onClick={() => open.mutate(undefined)}>
          一度だけ表示する
        </Button>
      )}
      {fault ? <Fault text={inWords(fault)} /> : null}
    </>
  );
}

/** The sheet for the police call, or the document. Nothing keeps it: leaving the page loses it. */
function OpenedOnce({ opened, onClose }: { opened: Opened; onClose(): void }) {
  const { sheet, document } = opened;
  return (
    <section className="mb-6 rounded-lg border-2 border-imminent bg-surface p-4" aria-live="assertive">
      <h2 className="mb-2 text-xl font-bold">{document ? '開示請求の書き出し' : '警察への連絡票'}</h2>
      <p className="mb-3">一度だけの表示です。閉じるともう見られません。印刷するか、書き写してください。</p>
      {sheet && (
        <>
          <ol className="mb-3 list-decimal pl-6">
            <li>110番に電話し、「市のLINE相談の利用者に生命の危険がある」と伝えます。</li>
            <li>次の利用者番号・アカウント・時刻を伝えます。LINE社への照会は警察が行います。</li>
          </ol>
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
            <dt className="font-bold">LINE の利用者番号</dt>
            <dd className="font-mono break-all">{sheet.userId}</dd>
            <dt className="font-bold">市のアカウント</dt>
            <dd className="break-all">
              {sheet.channel
                ? `${sheet.channel.name}（${sheet.channel.basicId}、${sheet.channel.id}）`
                : 'LINE に問い合わせできませんでした。LINE Official Account Manager で確かめてください。'}
            </dd>
            <dt className="font-bold">送られた時刻</dt>
            <dd>
              <ul className="tabular-nums">
                {sheet.messages.map(({ at }) => (
                  <li key={at}>{new Date(at).toLocaleString('ja-JP', { timeZone: 'Asia/Tokyo' })}</li>
                ))}
              </ul>
            </dd>
          </dl>
        </>
      )}
      {document && <pre className="max-h-96 overflow-auto text-sm whitespace-pre-wrap">{document}</pre>}
      {!sheet && !document && <p>この相談の内容は、もう残っていません。</p>}
      <div className="mt-3 flex gap-2">
        <Button onClick={() => print()}>印刷する</Button>
        <Button onClick={onClose}>閉じる</Button>
      </div>
    </section>
  );
}
