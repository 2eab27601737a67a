import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, need, type Session } from '../api.ts';
import { Field, Select } from '../parts/field.tsx';
import { WindowFacts } from '../parts/window-facts.tsx';

const filters = [
  { id: 'all', label: 'すべて' },
  { id: 'open', label: 'いま受付中' },
  { id: 'unconfirmed', label: '未確認' },
] as const;

/** The windows of the directory as they are now, to look up while on the telephone. */
export function DirectoryPage({ session }: { session: Session }) {
  const [search, setSearch] = useState('');
  const [category, setCategory] = useState('');
  const [filter, setFilter] = useState<(typeof filters)[number]['id']>('all');
  const windows = useQuery({
    queryKey: ['windows'],
    queryFn: () => need(api.windows.$get()),
    refetchInterval: 60_000,
  });
  const found = (windows.data?.windows ?? []).filter(
    (window) =>
      (filter === 'all' || (filter === 'open' ? window.state === 'open' : window.unconfirmed)) &&
      (category === '' || window.categories.includes(category)) &&
      search.split(/\s+/).every((word) => `${window.name}${window.about}${window.note ?? ''}`.includes(word)),
  );
  return (
    <div className="mx-auto max-w-5xl p-4 sm:p-6">
      <h1 className="mb-4 text-2xl font-bold">窓口一覧</h1>
      <div className="mb-4 flex flex-wrap items-end gap-4">
        <div className="min-w-60 flex-1">
          <Field
            label="さがす"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            placeholder="名前・内容"
          />
        </div>
        <Select
          label="分野"
          value={category}
          onChange={(event) => setCategory(event.target.value)}
          options={session.service.categories}
        />
        <fieldset className="flex gap-4">
          <legend className="sr-only">しぼりこみ</legend>
          {filters.map((one) => (
            <label key={one.id} className="flex min-h-11 items-center gap-2">
              <input
                type="radio"
                name="filter"
                className="size-5 accent-accent"
                checked={filter === one.id}
                onChange={() => setFilter(one.id)}
              />
              {one.label}
            </label>
          ))}
        </fieldset>
      </div>
      <p role="status" className="mb-2 text-sm text-soft">
        {windows.isPending ? '読み込んでいます…' : `${found.length}件`}
      </p>
      <ul className="grid gap-3 md:grid-cols-2">
        {found.map((window) => (
          <li key={window.id} className="rounded-lg border border-line bg-surface p-4">
            <WindowFacts window={window} />
          </li>
        ))}
      </ul>
    </div>
  );
}
