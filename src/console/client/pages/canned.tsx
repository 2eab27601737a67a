import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, inWords, need } from '../api.ts';
import { intent, useAction } from '../desk-data.ts';
import { Button } from '../parts/button.tsx';
import { Fault, Field, TextField } from '../parts/field.tsx';

type Reply = { id: string; title: string; body: string };

/** Texts that counselors call up with `/`. */
export function CannedPage() {
  const queries = useQueryClient();
  const canned = useQuery({ queryKey: ['canned'], queryFn: () => need(api.canned.$get()) });
  const [editing, setEditing] = useState<Reply | null>(null);
  const reload = () => queries.invalidateQueries({ queryKey: ['canned'] });
  const remove = useAction(async (id: string) => {
    await need(api.canned[':id'].delete.$post({ param: { id } }));
    await reload();
  });
  return (
    <div className="mx-auto max-w-3xl p-4 sm:p-6">
      <h1 className="mb-1 text-2xl font-bold">定型文</h1>
      <p className="mb-4 text-soft">
        返信の欄で「/」を打つと呼び出せます。相談者に合わせて直してから送ります。
      </p>
      {editing ? (
        <Edit
          reply={editing}
          onDone={() => {
            setEditing(null);
            void reload();
          }}
        />
      ) : (
        <Button kind="main" onClick={() => setEditing({ id: intent(), title: '', body: '' })}>
          新しい定型文
        </Button>
      )}
      <ul className="mt-4 flex flex-col gap-3">
        {(canned.data?.replies ?? []).map((reply) => (
          <li key={reply.id} className="rounded-lg border border-line bg-surface p-4">
            <h2 className="font-bold">{reply.title}</h2>
            <p className="break-words whitespace-pre-wrap">{reply.body}</p>
            <div className="mt-2 flex gap-2">
              <Button small onClick={() => setEditing(reply)} aria-label={`「${reply.title}」を直す`}>
                直す
              </Button>
              <Button
                small
                kind="danger"
                onClick={() => remove.mutate(reply.id)}
                aria-label={`「${reply.title}」を消す`}
              >
                消す
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Edit({ reply, onDone }: { reply: Reply; onDone(): void }) {
  const save = useAction(async (json: { title: string; body: string }) => {
    await need(api.canned[':id'].$post({ param: { id: reply.id }, json }));
    onDone();
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    save.mutate({ title: String(form.get('title')), body: String(form.get('body')) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 rounded-lg border border-accent bg-surface p-4">
      <Field label="見出し" name="title" defaultValue={reply.title} maxLength={60} required />
      <TextField label="本文" name="body" defaultValue={reply.body} maxLength={5000} required rows={5} />
      {save.isError && <Fault text={inWords(save.error)} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>やめる</Button>
        <Button type="submit" kind="main" disabled={save.isPending}>
          保存する
        </Button>
      </div>
    </form>
  );
}
