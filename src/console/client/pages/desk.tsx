import type { Session } from '../api.ts';
import { Link } from '../parts/link.tsx';
import { AccountPage } from './account.tsx';
import { ApprovalsPage } from './approvals.tsx';
import { CannedPage } from './canned.tsx';
import { DirectoryPage } from './directory.tsx';
import { EmergencyPage } from './emergency.tsx';
import { HelpPage } from './help.tsx';
import { LogPage } from './log.tsx';
import { PeoplePage } from './people.tsx';
import { QueuePage } from './queue.tsx';
import { RetentionPage } from './retention.tsx';
import { SearchPage } from './search.tsx';
import { SetupPage } from './setup.tsx';
import { TalkPage } from './talk.tsx';
import { WallPage } from './wall.tsx';

/** Which page stands at a path. */
export function DeskPage({
  path,
  session,
  onChanged,
}: {
  path: string;
  session: Session;
  onChanged(): void;
}) {
  const may = (action: Session['office'][number]) => session.office.includes(action);
  const talk = /^\/talk\/([\w-]+)$/.exec(path)?.[1];
  if (talk && may('queue')) return <TalkPage key={talk} id={talk} session={session} />;
  if (path === '/' && may('queue')) return <QueuePage session={session} />;
  if (path === '/wall' && may('wall')) return <WallPage />;
  if (path === '/search' && may('search')) return <SearchPage session={session} />;
  if (path === '/directory' && may('directory')) return <DirectoryPage session={session} />;
  if (path === '/emergency' && may('directory')) return <EmergencyPage />;
  if (path === '/canned' && may('canned')) return <CannedPage />;
  if (path === '/people' && may('people')) return <PeoplePage session={session} />;
  if ((path === '/setup' || (path === '/' && !may('queue'))) && may('people')) return <SetupPage />;
  if (path === '/log' && may('log')) return <LogPage />;
  if (path === '/approvals' && (may('queue') || may('approve'))) return <ApprovalsPage />;
  if (path === '/retention' && may('retention')) return <RetentionPage session={session} />;
  if (path === '/account') return <AccountPage session={session} onChanged={onChanged} />;
  if (path === '/help' || (path === '/' && !may('queue'))) return <HelpPage />;
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
