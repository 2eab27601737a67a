import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, inWords, need } from '../api.ts';
import { useAction } from '../desk-data.ts';
import { Button } from '../parts/button.tsx';
import { Fault, Field, Select } from '../parts/field.tsx';
import { dayStart, fullTime } from '../time.ts';

const reasons = {
  rows: '中の行が変えられたか、消されたか、足されています',
  chain: '封が合いません',
  missing: '封がぬけています',
};

type Filter = Partial<Record<'from' | 'to' | 'staff' | 'what' | 'name', string>>;
type Terms = Record<'people' | 'kinds', { id: string; label: string }[]>;
const dayMs = 86_400_000;

/** Who opened what, and who changed what; for auditors and administrators. It holds nothing anybody wrote. */
export function LogPage() {
  const [filter, setFilter] = useState<Filter>({});
  const log = useInfiniteQuery({
    queryKey: ['log', filter],
    queryFn: ({ pageParam }) =>
      need(
        api.log.$get({ query: { ...filter, ...(pageParam === null ? {} : { before: String(pageParam) }) } }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
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
          href={`/api/log/export?${new URLSearchParams(filter)}`}
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
      {log.data?.pages[0] && <Filters terms={log.data.pages[0]} onFilter={setFilter} />}
      <p role="status" className="mb-2 text-soft">
        {log.isSuccess && entries.length === 0 && 'あてはまる記録はありません。'}
      </p>
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
                <td className="px-2 py-2 whitespace-nowrap">
                  {entry.name && <span className="block">{entry.name}</span>}
                  <span className="font-mono text-sm">{entry.consultation?.slice(0, 8) ?? ''}</span>
                </td>
                <td className="px-2 py-2 text-sm break-all">{detailInWords(entry.what, entry.detail)}</td>
                <td className="px-2 py-2 whitespace-nowrap">{entry.sealed ? '済' : '待ち'}</td>
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

/** The particulars of a row, as a person says them; where there are no such words, as they are. */
function detailInWords(what: string, detail: Record<string, string | number>): string {
  if (what === 'searched')
    return 'shown' in detail
      ? 'さがしたことばの前後を表示した'
      : `${detail.searched}件を調べ、${detail.found}件見つかった`;
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${value}`)
    .join('、');
}

/** When, who, what, and about whom. The file that is written out holds the same rows. */
function Filters({ terms, onFilter }: { terms: Terms; onFilter(filter: Filter): void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const [from, until] = [dayStart(text('from')), dayStart(text('until'))];
    onFilter({
      ...(from === null ? {} : { from: String(from) }),
      ...(until === null ? {} : { to: String(until + dayMs) }),
      ...(text('staff') ? { staff: text('staff') } : {}),
      ...(text('what') ? { what: text('what') } : {}),
      ...(text('name') ? { name: text('name') } : {}),
    });
  };
  return (
    <form onSubmit={submit} className="mb-4 rounded-lg border border-line bg-surface p-4">
      <div className="grid grid-cols-2 gap-4 md:grid-cols-4">
        <Field label="この日から" name="from" type="date" />
        <Field label="この日まで" name="until" type="date" />
        <Select label="職員" name="staff" options={terms.people} />
        <Select label="したこと" name="what" options={terms.kinds} />
      </div>
      <div className="mt-4 flex flex-wrap items-end gap-4">
        <div className="grow">
          <Field label="相談者の呼び名" name="name" maxLength={40} hint="例: あさぎ色のツグミ（一部でも）" />
        </div>
        <Button type="submit">しぼりこむ</Button>
      </div>
    </form>
  );
}
