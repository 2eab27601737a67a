import { useInfiniteQuery } from '@tanstack/react-query';
import { api, inWords, need } from '../api.ts';
import { useAction } from '../desk-data.ts';
import { Button } from '../parts/button.tsx';
import { Fault } from '../parts/field.tsx';
import { fullTime } from '../time.ts';

const reasons = {
  rows: '中の行が変えられたか、消されたか、足されています',
  chain: '封が合いません',
  missing: '封がぬけています',
};

/** Who opened what, and who changed what; for auditors and administrators. It holds nothing anybody wrote. */
export function LogPage() {
  const log = useInfiniteQuery({
    queryKey: ['log'],
    queryFn: ({ pageParam }) =>
      need(api.log.$get({ query: pageParam === null ? {} : { before: String(pageParam) } })),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next,
  });
  const check = useAction(() => need(api.log.verify.$post({})));
  const entries = log.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <div className="mx-auto max-w-5xl p-4 sm:p-6">
      <h1 className="mb-1 text-2xl font-bold">記録</h1>
      <p className="mb-4 text-soft">
        相談を開いたこと、変えたことの記録です。相談の内容は入っていません。記録は数秒ごとに封をし、あとから書きかえると分かります。
      </p>
      <div className="mb-4 flex flex-wrap gap-2">
        <Button kind="main" onClick={() => check.mutate(undefined)} disabled={check.isPending}>
          書きかえがないか確かめる
        </Button>
        <a
          href="/api/log/export"
          download
          className="inline-flex min-h-11 items-center rounded-lg border border-edge px-4 font-bold text-ink"
        >
          CSV に書き出す
        </a>
      </div>
      <div aria-live="polite">
        {check.isError && <Fault text={inWords(check.error)} />}
        {check.data && check.data.breaks.length === 0 && (
          <p className="mb-4 rounded-lg bg-calm-wash p-3 font-bold text-calm">
            異状はありません。封 {check.data.blocks}、行 {check.data.entries}、まだ封じていない行{' '}
            {check.data.unsealed}。
          </p>
        )}
        {check.data && check.data.breaks.length > 0 && (
          <div className="mb-4 rounded-lg bg-high-wash p-3 text-high">
            <p className="font-bold">記録が書きかえられています。</p>
            <ul className="list-disc pl-6">
              {check.data.breaks.map(({ block, why }) => (
                <li key={`${block}${why}`}>
                  封 {block}: {reasons[why]}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
      {log.isError && <Fault text={inWords(log.error)} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1). */}
      <section className="overflow-x-auto" aria-label="記録の一覧" tabIndex={0}>
        <table className="w-full text-left">
          <thead>
            <tr className="border-b border-line">
              {['日時', '職員', 'したこと', '相談', '詳しく', '封'].map((title) => (
                <th key={title} scope="col" className="px-2 py-2 whitespace-nowrap">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <tr key={entry.seq} className="border-b border-line align-top">
                <td className="px-2 py-2 whitespace-nowrap tabular-nums">{fullTime(entry.at)}</td>
                <td className="px-2 py-2">{entry.staff ? entry.staff.name || entry.staff.id : '—'}</td>
                <td className="px-2 py-2">{entry.words}</td>
                <td className="px-2 py-2 font-mono text-sm">{entry.consultation?.slice(0, 8) ?? ''}</td>
                <td className="px-2 py-2 text-sm break-all">
                  {Object.entries(entry.detail)
                    .map(([name, value]) => `${name}: ${value}`)
                    .join('、')}
                </td>
                <td className="px-2 py-2">{entry.sealed ? '済' : '待ち'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {log.hasNextPage && (
        <div className="mt-4">
          <Button onClick={() => log.fetchNextPage()} disabled={log.isFetchingNextPage}>
            もっと前を見る
          </Button>
        </div>
      )}
    </div>
  );
}
