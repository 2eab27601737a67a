import type { Session } from '../api.ts';
import { Link } from '../parts/link.tsx';
import { QueuePage } from './queue.tsx';
import { TalkPage } from './talk.tsx';

/** Which page stands at a path. */
export function DeskPage({ path, session }: { path: string; session: Session }) {
  const may = (action: Session['office'][number]) => session.office.includes(action);
  const talk = /^\/talk\/([\w-]+)$/.exec(path)?.[1];
  if (talk && may('queue')) return <TalkPage key={talk} id={talk} session={session} />;
  if (path === '/' && may('queue')) return <QueuePage session={session} />;
  return (
    <div className="p-8">
      <h1 className="mb-2 text-2xl font-bold">ページがありません</h1>
      <p>
        このページはないか、あなたの役割では開けません。
        <Link to="/" className="text-accent underline">
          はじめの画面へ
        </Link>
      </p>
    </div>
  );
}
