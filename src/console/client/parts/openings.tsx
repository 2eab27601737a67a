import { useQuery } from '@tanstack/react-query';
import { api, need } from '../api.ts';
import { useRemembered } from '../remember.ts';
import { timeOf } from '../time.ts';
import { Button } from './button.tsx';
import { Link } from './link.tsx';

const asked = { identity: '身元の開示', disclosure: '開示請求の書き出し' };

/**
 * Above every page of whoever may agree: somebody asks to open an identity and waits for a second person, or an identity
 * was opened, until this person has seen that. Arrives with the change feed.
 */
export function OpeningsBar() {
  const list = useQuery({
    queryKey: ['approvals', 'standing'],
    queryFn: () => need(api.approvals.standing.$get()),
  });
  const [seen, setSeen] = useRemembered('openings-seen', '');
  const standing = list.data?.standing ?? [];
  const waiting = standing.filter(({ stage }) => stage === 'asked');
  const opened = standing.filter(({ id, kind, stage }) => {
    return kind === 'identity' && stage === 'used' && !seen.split(' ').includes(id);
  });
  return (
    // The region stands before there is anything in it, or a screen reader would not hear the first one.
    <section aria-label="承認の知らせ" aria-live="assertive">
      {waiting.map(({ id, kind, askedBy, until, mayDecide }) => (
        <p
          key={id}
          className="flex flex-wrap items-center gap-x-4 bg-imminent-wash px-5 py-2 font-bold text-imminent"
        >
          {askedBy}さんが{asked[kind]}を申請しました（{timeOf(until)} まで）。
          {mayDecide ? 'あなたの承認を待っています。' : 'ほかの役割の人の承認を待っています。'}
          <Link to="/approvals" className="underline">
            承認のページ
          </Link>
        </p>
      ))}
      {opened.map(({ id, usedBy, usedAt }) => (
        <div
          key={id}
          className="flex flex-wrap items-center gap-x-4 bg-high-wash px-5 py-1 font-bold text-high"
        >
          <p>
            {usedBy}さんが身元の票を表示しました（{timeOf(usedAt ?? 0)}）。
          </p>
          <Link to="/approvals" className="underline">
            承認のページ
          </Link>
          <Button
            small
            onClick={() =>
              setSeen([...standing.map((one) => one.id).filter((one) => seen.includes(one)), id].join(' '))
            }
          >
            確認した
          </Button>
        </div>
      ))}
    </section>
  );
}
