import { useEffect, useSyncExternalStore } from 'react';
import { inWords, type Queue, Refusal, type Session, type Talk } from '../api.ts';
import { useNow, useQueue, useTalk } from '../desk-data.ts';
import { tellViewing } from '../live.ts';
import { Aside, AsidePrinted } from '../parts/aside.tsx';
import { Composer } from '../parts/composer.tsx';
import { EmergencyBeside } from '../parts/emergency.tsx';
import { Level } from '../parts/level.tsx';
import { Link } from '../parts/link.tsx';
import { QueueList } from '../parts/queue-list.tsx';
import { Summary } from '../parts/summary.tsx';
import { TalkActions } from '../parts/talk-actions.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { lasting } from '../time.ts';

/** One consultation, with the queue beside it: a new person in danger is seen while another is answered. */
export function TalkPage({ id, session }: { id: string; session: Session }) {
  const queue = useQueue();
  const talk = useTalk(id);
  const now = useNow(queue.data, queue.dataUpdatedAt);

  useEffect(() => {
    tellViewing(id);
    return () => tellViewing('');
  }, [id]);

  return (
    <div className="grid h-full grid-rows-1 lg:grid-cols-[19rem_1fr]">
      <aside
        aria-label="相談の列"
        className="no-print hidden overflow-y-auto border-r border-line p-4 lg:block"
      >
        {queue.data && <QueueList entries={queue.data.entries} me={session.id} now={now} open={id} compact />}
      </aside>
      <div className="flex min-h-0 min-w-0 flex-col">
        <Elsewhere entries={queue.data?.entries ?? []} open={id} />
        {talk.data && !isGone(talk.error) ? (
          <Opened
            talk={talk.data}
            session={session}
            duty={queue.data?.duty ?? []}
            now={now}
            sessionMinutes={queue.data?.desk.sessionMinutes ?? 50}
          />
        ) : (
          <p className="p-8">{talk.isError ? inWords(talk.error) : '読み込んでいます…'}</p>
        )}
      </div>
    </div>
  );
}

/** On a narrow screen the queue is not beside the talk: somebody in danger there is said here. */
function Elsewhere({ entries, open }: { entries: Queue['entries']; open: string }) {
  const danger = entries.filter(
    (entry) =>
      entry.id !== open && entry.actions.includes('accept') && ['high', 'imminent'].includes(entry.level),
  );
  if (danger.length === 0) return null;
  return (
    <Link to="/" className="bg-imminent-wash px-4 py-2 font-bold text-imminent underline lg:hidden">
      危険度の高い方が{danger.length}人待っています。列を見る
    </Link>
  );
}

/** What was shown before must not stay: the resident had it deleted, or it is no longer this person's to see. */
const isGone = (fault: unknown) => fault instanceof Refusal && (fault.status === 404 || fault.status === 410);

type Props = { talk: Talk; session: Session; duty: Queue['duty']; now: number; sessionMinutes: number };

function Opened({ talk, session, duty, now, sessionMinutes }: Props) {
  const wide = useMedia('(min-width: 80rem)'); // notes have room beside the talk
  const printing = useMedia('print');
  const beside = (
    <aside aria-label="記録" className="no-print w-76 shrink-0 overflow-y-auto border-l border-line p-4">
      <div className="mb-4">
        <EmergencyBeside talk={talk} wide />
      </div>
      <Aside talk={talk} />
    </aside>
  );
  return (
    <div className="flex min-h-0 flex-1">
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <section aria-label="この相談" className="shrink-0 border-b border-line bg-surface px-4 py-3">
          <div className="mx-auto flex max-w-3xl flex-wrap items-start justify-between gap-3">
            <div className="min-w-0">
              <h1 className="flex flex-wrap items-center gap-2 text-xl font-bold">
                <Link to="/" className="no-print text-accent lg:hidden" aria-label="相談の列に戻る">
                  ←
                </Link>
                {talk.name}
                <Level level={talk.level} large />
              </h1>
              <p className="text-sm text-soft">
                {stateWords(talk, now)}
                {talk.situation === 'mine' && <SessionClock talk={talk} now={now} minutes={sessionMinutes} />}
                {talk.returning && ' ／ 前にも相談あり'}
                {talk.unreachable && (
                  <strong className="text-high"> ／ ブロックされています。届きません</strong>
                )}
                {talk.viewers.map((viewer) => (
                  <span key={viewer.name} className="ml-2 text-watch">
                    {viewer.name}さんが{viewer.writing ? '入力中' : '見ています'}
                  </span>
                ))}
              </p>
            </div>
            <TalkActions talk={talk} session={session} duty={duty} />
          </div>
        </section>
        <Summary talk={talk} />
        {!wide && (
          <div className="no-print shrink-0 border-b border-line bg-surface px-4 py-1">
            <EmergencyBeside talk={talk} wide={false} />
            <details>
              <summary className="py-1 text-accent">
                メモ・危険の確認・窓口の紹介{talk.notes.length > 0 && `（${talk.notes.length}）`}
              </summary>
              <div className="max-h-[25dvh] overflow-y-auto py-3">
                <Aside talk={talk} />
              </div>
            </details>
          </div>
        )}
        <Timeline talk={talk} />
        {printing && <AsidePrinted talk={talk} now={now} />}
        {talk.actions.includes('reply') && <Composer talk={talk} now={now} />}
      </div>
      {wide && beside}
    </div>
  );
}

/** How long the talk has gone since somebody took it, beside how long the city means one to last; no clock cuts it off. */
function SessionClock({ talk, now, minutes }: { talk: Talk; now: number; minutes: number }) {
  const gone = now - (talk.acceptedAt ?? talk.openedAt);
  return (
    <>
      {`（はじまりから${lasting(gone)}・めやす${minutes}分）`}
      <span role="status">
        {gone >= minutes * 60_000 && (
          <strong className="text-high"> ／ {minutes}分を過ぎました。区切りを考えましょう</strong>
        )}
      </span>
    </>
  );
}

function useMedia(condition: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(condition);
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
    () => matchMedia(condition).matches,
  );
}

function stateWords(talk: Talk, now: number): string {
  if (talk.situation === 'waiting')
    return `${lasting(now - (talk.waitingSince ?? talk.openedAt))}待っています`;
  if (talk.situation === 'mine') return 'あなたが対応中';
  if (talk.situation === 'theirs') return `${talk.owner?.name ?? ''}さんが対応中`;
  if (talk.situation === 'bot') return 'ボットが対応中';
  return `終了${talk.outcome ? `（${talk.outcome}）` : ''}`;
}
