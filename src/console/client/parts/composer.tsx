import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { api, inWords, need, Refusal, type Talk } from '../api.ts';
import { intent, useAction } from '../desk-data.ts';
import { tellWriting } from '../live.ts';
import { useRemembered } from '../remember.ts';
import { Button } from './button.tsx';
import { useCanned } from './canned-picker.tsx';
import { Fault } from './field.tsx';

/** LINE takes 5,000 UTF-16 units a message, which is how JavaScript counts. */
const longest = 5000;

/**
 * Where the counselor writes. The draft survives reload and crash; Ctrl+Enter sends; words of the resident that
 * crossed are shown before the answer goes out.
 */
export function Composer({ talk, now }: { talk: Talk; now: number }) {
  const [draft, setDraft] = useRemembered(`draft.${talk.id}`, '');
  const [crossed, setCrossed] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const attempt = useRef({ text: '', id: '' });
  const send = useAction(async (anyway: boolean) => {
    const text = draft.trim();
    if (attempt.current.text !== text) attempt.current = { text, id: intent() };
    const json = { id: attempt.current.id, text, seen: talk.version, anyway };
    await need(api.consultations[':id'].reply.$post({ param: { id: talk.id }, json }));
    attempt.current = { text: '', id: '' };
    setDraft('');
    setCrossed(false);
    field.current?.focus();
  });

  const writing = draft !== '';
  useEffect(() => {
    tellWriting(writing);
    return () => tellWriting(false);
  }, [writing]);

  const submit = (anyway: boolean) => {
    if (draft.trim() === '' || draft.length > longest || send.isPending) return;
    send.mutate(anyway, {
      onError: (fault) => setCrossed(fault instanceof Refusal && fault.reason === 'resident-wrote'),
    });
  };
  const canned = useCanned(draft, (text) => {
    setDraft(text);
    field.current?.focus();
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    submit(crossed);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (canned.onKey(event)) return;
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit(crossed);
  };

  const left = longest - draft.length;
  const free = talk.freeUntil !== null && now < talk.freeUntil;
  return (
    <form
      onSubmit={onSubmit}
      className="shrink-0 border-t border-line bg-surface px-4 py-3 low:sticky low:bottom-0 low:z-10 low:py-2"
    >
      <div className="mx-auto max-w-3xl">
        {crossed && (
          <p role="alert" className="mb-2 rounded-lg bg-high-wash px-3 py-2 font-bold text-high">
            相談者から新しいメッセージが届きました。読んでから、このままでよければもう一度送ってください。
          </p>
        )}
        {send.isError && !crossed && <Fault text={inWords(send.error)} />}
        {canned.list}
        <label htmlFor="reply" className="sr-only">
          返信
        </label>
        <textarea
          id="reply"
          ref={field}
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={onKeyDown}
          rows={2}
          placeholder="返信を書く（/ で定型文）"
          className="field-sizing-content max-h-48 min-h-16 w-full resize-none rounded-lg border border-edge bg-page px-3 py-2 text-base text-ink placeholder:text-soft"
        />
        <div className="mt-1 flex flex-wrap items-center justify-between gap-2">
          <p className={`text-sm ${left < 0 ? 'font-bold text-imminent' : 'text-soft'}`}>
            {draft.length.toLocaleString('ja-JP')} / {longest.toLocaleString('ja-JP')}字
            {left < 0 && `（${-left}字多い）`}
            <span className="ml-3 hidden sm:inline">{free ? '無料の返信枠で送れます' : ''}</span>
          </p>
          <Button type="submit" kind="main" disabled={draft.trim() === '' || left < 0 || send.isPending}>
            {crossed ? 'このまま送る' : '送る'}
            <span className="hidden text-sm font-normal sm:inline">Ctrl+Enter</span>
          </Button>
        </div>
      </div>
    </form>
  );
}
