import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { api, inWords, need, type Talk } from '../api.ts';
import { intent, useAction } from '../desk-data.ts';
import { dateOf, dayOf, timeOf } from '../time.ts';
import { Assess, Assessed } from './assessment.tsx';
import { Button, buttonStyle } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Fault, Field, TextField, Tick } from './field.tsx';
import { WindowFacts } from './window-facts.tsx';

/** What staff keep beside a talk; the resident sees none of it but the card of a referral. */
export function Aside({ talk }: { talk: Talk }) {
  return (
    <div className="flex flex-col gap-4">
      <Notes talk={talk} />
      <Assess talk={talk} />
      <Referrals talk={talk} />
    </div>
  );
}

function Notes({ talk }: { talk: Talk }) {
  const [text, setText] = useState('');
  const whisper = talk.situation === 'theirs';
  const add = useAction(async () => {
    const json = { id: intent(), text, whisper };
    await need(api.consultations[':id'].notes.$post({ param: { id: talk.id }, json }));
    setText('');
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim()) add.mutate(undefined);
  };
  return (
    <section aria-label="メモ">
      <h2 className="font-bold">メモ</h2>
      <p className="mb-2 text-sm text-soft">相談者には見えません。</p>
      <NoteList talk={talk} />
      {talk.actions.includes('note') && (
        <form onSubmit={submit} className="flex flex-col gap-2">
          <textarea
            aria-label={whisper ? '担当者への助言' : 'メモを書く'}
            placeholder={whisper ? '担当者への助言（相談者には見えません）' : 'メモを書く'}
            rows={1}
            maxLength={2000}
            value={text}
            onChange={(event) => setText(event.target.value)}
            className="field-sizing-content min-h-11 w-full rounded-lg border border-edge bg-surface px-3 py-2 text-sm placeholder:text-soft"
          />
          {add.isError && <Fault text={inWords(add.error)} />}
          <Button type="submit" small disabled={text.trim() === '' || add.isPending}>
            {whisper ? '助言を送る' : 'メモを残す'}
          </Button>
        </form>
      )}
    </section>
  );
}

function NoteList({ talk }: { talk: Talk }) {
  return (
    <ul className="mb-2 flex flex-col gap-2">
      {talk.notes.map((note) => (
        <li
          key={note.id}
          className={`rounded-lg border px-3 py-2 text-sm ${
            note.kind === 'whisper' ? 'border-watch bg-watch-wash' : 'border-line bg-surface'
          }`}
        >
          <p className="text-soft">
            {note.kind === 'whisper' && <strong className="text-watch">助言 </strong>}
            {note.kind === 'assessment' && <strong>危険の確認 </strong>}
            {talk.names[note.staff]} {timeOf(note.at)}
          </p>
          {note.kind === 'assessment' ? (
            <Assessed answers={note.answers} />
          ) : (
            <p className="break-words whitespace-pre-wrap">{note.text}</p>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The same on paper, where nothing can be pressed. Rendered while printing only. */
export function AsidePrinted({ talk, now }: { talk: Talk; now: number }) {
  return (
    <section className="px-4 py-3">
      <h2 className="font-bold">メモと危険の確認</h2>
      {talk.notes.length === 0 && <p>ありません。</p>}
      <NoteList talk={talk} />
      <h2 className="mt-3 font-bold">窓口の紹介</h2>
      {talk.referrals.length === 0 && <p>ありません。</p>}
      <ul>
        {talk.referrals.map((referral) => (
          <li key={referral.id}>
            {dayOf(referral.at)} {timeOf(referral.at)}　{referral.window}　
            {referral.consent ? '連絡の同意あり' : '案内のみ'}　結果:{' '}
            {referral.outcome ? outcomeWords[referral.outcome] : 'まだ'}
          </li>
        ))}
      </ul>
      <p className="mt-4 border-t border-line pt-2 text-sm">
        取扱注意　相談の番号 {talk.id.slice(0, 8)}　{dateOf(now)} {timeOf(now)} に印刷
      </p>
    </section>
  );
}

const outcomeWords = {
  connected: 'つながった',
  'not-connected': 'つながらなかった',
  unknown: 'わからない',
} as const;

function Referrals({ talk }: { talk: Talk }) {
  const end = useAction(({ id, outcome }: { id: string; outcome: keyof typeof outcomeWords }) =>
    need(
      api.consultations[':id'].referrals[':referral'].outcome.$post({
        param: { id: talk.id, referral: id },
        json: { outcome },
      }),
    ),
  );
  return (
    <section aria-label="窓口の紹介">
      <h2 className="mb-2 font-bold">窓口の紹介</h2>
      <ul className="mb-2 flex flex-col gap-2">
        {talk.referrals.map((referral) => (
          <li key={referral.id} className="rounded-lg border border-line bg-surface px-3 py-2 text-sm">
            <p className="font-bold">{referral.window}</p>
            <p className="text-soft">
              {dayOf(referral.at)} {timeOf(referral.at)}　{referral.consent ? '連絡の同意あり' : '案内のみ'}
            </p>
            <label className="mt-1 flex items-center gap-2">
              結果
              <select
                value={referral.outcome ?? ''}
                disabled={!talk.actions.includes('note')}
                onChange={(event) =>
                  end.mutate({ id: referral.id, outcome: event.target.value as keyof typeof outcomeWords })
                }
                className="min-h-9 rounded border border-edge bg-surface px-2"
              >
                <option value="" disabled>
                  まだ
                </option>
                {Object.entries(outcomeWords).map(([id, words]) => (
                  <option key={id} value={id}>
                    {words}
                  </option>
                ))}
              </select>
            </label>
          </li>
        ))}
      </ul>
      {talk.actions.includes('refer') && (
        <Dialog
          trigger={<AriaButton className={buttonStyle('plain', true)}>窓口を紹介する</AriaButton>}
          title="窓口を紹介する"
        >
          {(close) => <Refer talk={talk} close={close} />}
        </Dialog>
      )}
    </section>
  );
}

function Refer({ talk, close }: { talk: Talk; close(): void }) {
  const [search, setSearch] = useState('');
  const [consent, setConsent] = useState(false);
  const [text, setText] = useState('');
  const windows = useQuery({ queryKey: ['windows'], queryFn: () => need(api.windows.$get()) });
  const send = useAction(async (window: string) => {
    const json = { id: intent(), window, text, consent };
    await need(api.consultations[':id'].referrals.$post({ param: { id: talk.id }, json }));
    close();
  });
  const found = (windows.data?.windows ?? []).filter((window) =>
    search.split(/\s+/).every((word) => `${window.name}${window.about}${window.note ?? ''}`.includes(word)),
  );
  return (
    <div className="flex flex-col gap-3">
      <Field
        label="さがす"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
        placeholder="名前・内容"
        autoFocus
      />
      <TextField
        label="窓口のカードに添えることば"
        value={text}
        onChange={(event) => setText(event.target.value)}
        maxLength={5000}
        rows={2}
      />
      <Tick label="こちらから窓口へ連絡することに、本人の同意を得た" on={consent} onTurn={setConsent} />
      {send.isError && <Fault text={inWords(send.error)} />}
      <ul className="flex max-h-[45dvh] flex-col gap-2 overflow-y-auto">
        {found.map((window) => (
          <li key={window.id} className="rounded-lg border border-line p-3">
            <WindowFacts window={window} />
            <Button small className="mt-2" disabled={send.isPending} onClick={() => send.mutate(window.id)}>
              相談者に送る
            </Button>
          </li>
        ))}
        {windows.data && found.length === 0 && <li className="text-soft">見つかりません。</li>}
      </ul>
      <Button onClick={close}>やめる</Button>
    </div>
  );
}
