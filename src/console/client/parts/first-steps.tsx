import { useQuery } from '@tanstack/react-query';
import { api, need, type Queue } from '../api.ts';
import { Link } from './link.tsx';

/** What the first administrator has to see to, until a second person works here. */
export function FirstSteps({ desk }: { desk: Queue['desk'] }) {
  const people = useQuery({ queryKey: ['people'], queryFn: () => need(api.people.$get()) });
  if (!people.data || people.data.people.filter((person) => person.active).length > 1) return null;
  return (
    <section aria-label="はじめの準備" className="rounded-lg border border-accent bg-surface p-4 text-sm">
      <h2 className="mb-2 text-base font-bold">はじめの準備</h2>
      <ol className="ml-5 flex list-decimal flex-col gap-2">
        <li>
          有人対応の受付時間を確かめます。いまの設定は「{desk.hours}」です。違うときは、フローのファイルの{' '}
          <code>desk</code> を直します。
        </li>
        <li>
          <Link to="/people" className="text-accent underline">
            職員を招待
          </Link>
          します。2人以上で当番をするのが基本です。
        </li>
        <li>
          LINEとの接続を確かめます。サーバーで <code>npm run -s madoguchi -- line check</code> を実行します。
        </li>
        <li>
          <code>npm run demo</code> で、相談者と相談員の両方を試します。
        </li>
      </ol>
    </section>
  );
}
