import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { type Alarm, useAlarm } from './alarm.ts';
import { api, auth, need, type Session } from './api.ts';
import { useAction, useQueue } from './desk-data.ts';
import { type Connection, useLive } from './live.ts';
import { buttonStyle } from './parts/button.tsx';
import { Link } from './parts/link.tsx';
import { DropMenu } from './parts/menu.tsx';
import { Navigation } from './parts/navigation.tsx';
import { OpeningsBar } from './parts/openings.tsx';
import { forgetDrafts } from './remember.ts';
import { go } from './route.ts';

/** The frame of every page behind the sign-in: where one is, whether one is on duty, whether the line is up. */
export function Shell({
  session,
  onSignedOut,
  children,
}: {
  session: Session;
  onSignedOut(): void;
  children: ReactNode;
}) {
  const connection = useLive(onSignedOut);
  const sees = session.office.includes('queue');
  const queue = useQueue(sees);
  const alarm = useAlarm(queue.data?.entries ?? [], session.duty.on);

  async function leave() {
    await auth('sign-out', {}).catch(() => {});
    forgetDrafts();
    onSignedOut();
    go('/');
  }

  return (
    <div className="flex h-dvh flex-col">
      <a href="#main" className="absolute -top-20 left-2 z-50 bg-surface p-2 text-accent focus:top-2">
        本文へ
      </a>
      <header className="shrink-0 border-b border-line bg-surface">
        <div className="flex flex-wrap items-center gap-x-1 px-3 sm:px-5 md:gap-x-3">
          <Link to="/" className="min-w-0 flex-1 truncate py-2 font-bold text-ink md:flex-none md:text-lg">
            {session.service.name}
          </Link>
          <Navigation session={session} />
          {session.office.includes('duty') && <Duty session={session} />}
          {sees && <Sound alarm={alarm} />}
          <Account session={session} onLeave={leave} />
        </div>
      </header>
      {session.office.includes('approve') && <OpeningsBar />}
      <Notices connection={connection} alarm={alarm} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1). */}
      <main id="main" className="min-h-0 flex-1 overflow-y-auto" tabIndex={0}>
        {children}
      </main>
    </div>
  );
}

/** On duty or not. Only who is on duty counts as there for residents. */
function Duty({ session }: { session: Session }) {
  const queries = useQueryClient();
  const { on } = session.duty;
  const turn = useAction(async () => {
    await need(api.presence.$post({ json: { on: !on } }));
    await queries.invalidateQueries({ queryKey: ['session'] });
  });
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      aria-label="当番"
      disabled={turn.isPending}
      onClick={() => turn.mutate(undefined)}
      className={`inline-flex min-h-9 shrink-0 items-center gap-2 rounded-full border px-3 text-sm font-bold whitespace-nowrap ${
        on ? 'border-calm bg-calm-wash text-calm' : 'border-edge bg-surface text-soft'
      }`}
    >
      <span
        aria-hidden="true"
        className={`size-3 rounded-full border-2 ${on ? 'border-calm bg-calm' : 'border-edge bg-transparent'}`}
      />
      {on ? '当番中' : '当番外'}
    </button>
  );
}

function Sound({ alarm }: { alarm: Alarm }) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={alarm.on}
      aria-label="呼び出し音"
      title={alarm.on ? '呼び出し音: 入' : '呼び出し音: 切'}
      onClick={alarm.toggle}
      className="inline-flex size-11 shrink-0 items-center justify-center rounded-lg text-ink hover:bg-sunken"
    >
      <svg
        viewBox="0 0 24 24"
        className="size-6"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        aria-hidden="true"
      >
        <path d="M6 17V11a6 6 0 0 1 12 0v6l2 2H4z" strokeLinejoin="round" />
        <path d="M10 22h4" strokeLinecap="round" />
        {!alarm.on && <path d="M3 3l18 18" strokeLinecap="round" strokeWidth="2.5" />}
      </svg>
    </button>
  );
}

function Account({ session, onLeave }: { session: Session; onLeave(): void }) {
  return (
    <DropMenu
      label="アカウント"
      trigger={
        <AriaButton
          className={`${buttonStyle('quiet', true)} max-w-32 shrink-0`}
          aria-label={`${session.name} のメニュー`}
        >
          <span className="truncate">{session.name}</span>
          <span aria-hidden="true">▾</span>
        </AriaButton>
      }
      items={[
        { id: '/account', label: 'アカウントの設定' },
        { id: 'leave', label: 'サインアウト' },
      ]}
      onPick={(id) => (id === 'leave' ? onLeave() : go(id))}
    />
  );
}

/** What stands between the counselor and the residents right now, if anything does. */
function Notices({ connection, alarm }: { connection: Connection; alarm: Alarm }) {
  return (
    <div aria-live="assertive">
      {connection === 'reconnecting' && (
        <p className="bg-high-wash px-5 py-2 font-bold text-high">
          サーバーにつながりません。つなぎ直しています… 書きかけの文章は残っています。
        </p>
      )}
      {alarm.blocked && (
        <p className="bg-wash px-5 py-2 text-on-wash">呼び出し音を鳴らすには、画面を一度押してください。</p>
      )}
    </div>
  );
}
