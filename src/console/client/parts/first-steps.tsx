import { useQuery } from '@tanstack/react-query';
import { api, need } from '../api.ts';
import { Link } from './link.tsx';

/** Leads the first administrator to what has to be seen to, until a second person works here. */
export function FirstSteps() {
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => need(api.setup.$get()) });
  if (!setup.data || setup.data.people.active > 1) return null;
  return (
    <section aria-label="はじめの準備" className="rounded-lg border border-accent bg-surface p-4 text-sm">
      <h2 className="mb-2 text-base font-bold">はじめの準備</h2>
      <p className="mb-2">受付時間、職員、LINEとの接続、緊急時カード、試しの相談を、順に確かめます。</p>
      <Link to="/setup" className="text-base font-bold text-accent underline">
        準備をはじめる
      </Link>
    </section>
  );
}
