import { type FormEvent, useState } from 'react';
import { auth, door, need, Refusal } from '../api.ts';
import { Button } from '../parts/button.tsx';
import { Fault, Field } from '../parts/field.tsx';
import { Link } from '../parts/link.tsx';
import { Gate } from './gate.tsx';

/** Turns a one-time code (of an invitation, or of the first start) into an account. */
export function JoinPage() {
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name)).trim();
    const password = String(form.get('password'));
    setBusy(true);
    try {
      const json = { code: text('code'), name: text('name'), email: text('email'), password };
      const { email } = await need(door.join.$post({ json }));
      await auth('sign-in/email', { email, password });
      location.assign('/console/');
    } catch (error) {
      setFault(joinWords(error));
      setBusy(false);
    }
  }

  return (
    <Gate title="アカウントを作る">
      <p className="text-sm text-soft">
        招待コードは管理者から受け取ります。はじめての起動では、サーバーの画面に表示されます。
      </p>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field label="招待コード" name="code" autoComplete="off" required />
        <Field
          label="氏名"
          hint="ほかの職員に見える名前です。相談者には見えません。"
          name="name"
          autoComplete="name"
          required
          maxLength={60}
        />
        <Field label="メールアドレス" name="email" type="email" autoComplete="username" required />
        <Field
          label="パスワード"
          hint="12文字以上"
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={12}
          required
        />
        <Fault text={fault} />
        <Button type="submit" kind="main" disabled={busy}>
          作る
        </Button>
      </form>
      <Link to="/" className="text-sm text-accent underline">
        サインインに戻る
      </Link>
    </Gate>
  );
}

function joinWords(error: unknown): string {
  const reason = error instanceof Refusal ? error.reason : '';
  if (reason === 'bad-code') return 'このコードは使えません。期限切れか、すでに使われています。';
  if (reason === 'email-taken') return 'このメールアドレスのアカウントはもうあります。';
  if (reason === 'offline') return 'サーバーにつながりません。';
  return '入力をお確かめください。パスワードは12文字以上です。';
}
