import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, type Finds, inWords, need, type SearchFilter, type Session } from '../api.ts';
import { Button } from '../parts/button.tsx';
import { Fault, Field, Select } from '../parts/field.tsx';
import { Level, levelWords } from '../parts/level.tsx';
import { Link } from '../parts/link.tsx';
import { Marked } from '../parts/timeline.tsx';
import { dateOf, dayStart, lasting, timeOf } from '../time.ts';

/** Kept while signed in, so that one can come back from a talk to what was found; never on the disk. */
const kept = ['search-filter'];
const everything: SearchFilter = { name: '', words: '' };
const keptMs = 30 * 60_000;

/** Consultations that are over, found again by what is known of them. What is found is opened read-only. */
export function SearchPage({ session }: { session: Session }) {
  const queries = useQueryClient();
  const [filter, setFilter] = useState<SearchFilter | null>(
    () => queries.getQueryData<SearchFilter>(kept) ?? null,
  );
  const search = useInfiniteQuery({
    queryKey: ['search', filter],
    queryFn: ({ pageParam }) =>
      need(
        api.search.$post({ json: { ...(filter ?? everything), ...(pageParam ? { after: pageParam } : {}) } }),
      ),
    initialPageParam: null as Finds['next'],
    getNextPageParam: (page) => page.next,
    enabled: filter !== null,
    staleTime: 'static', // each asking is written into the log
    gcTime: keptMs,
  });
  const submit = (wanted: SearchFilter) => {
    queries.removeQueries({ queryKey: ['search'] });
    queries.setQueryDefaults(kept, { gcTime: keptMs });
    queries.setQueryData(kept, wanted);
    setFilter(wanted);
  };
  const pages = search.data?.pages ?? [];
  const found = pages.flatMap((page) => page.found);
  return (
    <div className="mx-auto max-w-5xl p-4 sm:p-6">
      <h1 className="mb-1 text-2xl font-bold">終わった相談をさがす</h1>
      <p className="mb-4 text-soft">
        あなたが読める相談だけをさがします。さがしたことと、ことばが表示された相談は、記録に残ります（さがしたことばは残りません）。さがしたあとに変わった相談は、下の一覧から外れます。
      </p>
      <Form session={session} filter={filter} busy={search.isFetching} onSearch={submit} />
      <div role="status" className="mt-6 mb-2">
        {search.isFetching && <p className="text-soft">さがしています…</p>}
        {search.isSuccess && <Told pages={pages} found={found.length} />}
      </div>
      {search.isError && <Fault text={inWords(search.error)} />}
      <ul className="flex flex-col gap-3">
        {found.map((one) => (
          <Found key={one.id} found={one} />
        ))}
      </ul>
      {search.hasNextPage && (
        <div className="mt-4">
          <Button onClick={() => search.fetchNextPage()} disabled={search.isFetching}>
            続きをさがす
          </Button>
        </div>
      )}
    </div>
  );
}

/** How far the search has come: what was not looked at yet is not said to be without result. */
function Told({ pages, found }: { pages: readonly Finds[]; found: number }) {
  const sum = (of: (page: Finds) => number) => pages.reduce((all, page) => all + of(page), 0);
  const searched = sum((page) => page.searched);
  const total = Math.max(pages[0]?.total ?? 0, searched);
  const unreadable = sum((page) => page.unreadable);
  return (
    <p>
      <strong>{found}件見つかりました。</strong>
      <span className="text-soft">
        {pages.at(-1)?.next
          ? `${total.toLocaleString('ja-JP')}件${pages[0]?.orMore ? '以上' : ''}のうち、新しいほうから${searched.toLocaleString('ja-JP')}件を調べたところです。`
          : `${searched.toLocaleString('ja-JP')}件すべてを調べました。`}
        {unreadable > 0 && `うち${unreadable}件は、内容が消えているか開けないため、ことばではさがせません。`}
      </span>
    </p>
  );
}

type FormProps = {
  session: Session;
  filter: SearchFilter | null;
  busy: boolean;
  onSearch(filter: SearchFilter): void;
};

function Form({ session, filter, busy, onSearch }: FormProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const [from, until] = [dayStart(text('from')), dayStart(text('until'))];
    const level = levels.find((one) => one === text('level'));
    onSearch({
      name: text('name'),
      words: text('words'),
      ...(from === null ? {} : { from }),
      ...(until === null ? {} : { to: until + dayMs }),
      ...(text('category') ? { category: text('category') } : {}),
      ...(text('outcome') ? { outcome: text('outcome') } : {}),
      ...(level ? { level } : {}),
    });
  };
  const date = (ms: number | undefined) => (ms === undefined ? '' : dateOf(ms));
  return (
    <form onSubmit={submit} className="rounded-lg border border-line bg-surface p-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="ことば"
          name="words"
          defaultValue={filter?.words}
          maxLength={200}
          hint="間をあけて並べると、すべてを含む相談"
        />
        <Field
          label="相談者の呼び名"
          name="name"
          defaultValue={filter?.name}
          maxLength={40}
          hint="例: あさぎ色のツグミ（一部でも）"
        />
      </div>
      <div className="mt-4 grid grid-cols-2 gap-4 md:grid-cols-5">
        <Field label="この日から" name="from" type="date" defaultValue={date(filter?.from)} />
        <Field
          label="この日まで"
          name="until"
          type="date"
          defaultValue={date(filter?.to === undefined ? undefined : filter.to - dayMs)}
        />
        <Select
          label="分野"
          name="category"
          defaultValue={filter?.category}
          options={session.service.categories}
        />
        <Select
          label="危険度"
          name="level"
          defaultValue={filter?.level}
          options={levels.map((id) => ({
            id,
            label: `${levelWords[id]}${id === 'imminent' ? '' : '以上'}`,
          }))}
        />
        <Select
          label="結果"
          name="outcome"
          defaultValue={filter?.outcome}
          options={session.service.outcomes}
        />
      </div>
      <Button type="submit" kind="main" className="mt-4 w-full sm:w-auto" disabled={busy}>
        さがす
      </Button>
    </form>
  );
}

const levels = ['watch', 'high', 'imminent'] as const;
const dayMs = 86_400_000;

const writers = { resident: '相談者', counselor: '相談員', staff: 'メモ' } as const;

function Found({ found }: { found: Finds['found'][number] }) {
  const { id, name, openedAt, closedAt, level, categories, outcome, forgotten, excerpts } = found;
  return (
    <li className="rounded-lg border border-line bg-surface p-4">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Level level={level} />
        <Link to={`/talk/${id}`} className="text-lg font-bold text-accent underline">
          {name}
        </Link>
        <span className="text-sm text-soft">
          {dateOf(openedAt)} {timeOf(openedAt)}
          {closedAt !== null && `から${lasting(closedAt - openedAt)}`}
        </span>
      </p>
      <p className="mt-1 text-sm text-soft">
        {[categories.join('、') || '分野なし', outcome ?? '結果の記録なし'].join(' ／ ')}
        {forgotten && ' ／ 内容は保存期間を過ぎて消えています'}
      </p>
      {excerpts.map((excerpt) => (
        <p key={`${excerpt.who}${excerpt.at}${excerpt.start}`} className="mt-2">
          <span className="mr-2 text-sm text-soft">{writers[excerpt.who]}</span>
          <Marked text={excerpt.text} hits={[{ start: excerpt.start, end: excerpt.end, why: '' }]} />
        </p>
      ))}
    </li>
  );
}
