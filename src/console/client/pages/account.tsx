import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { auth, type Session } from '../api.ts';
import { Button } from '../parts/button.tsx';
import { Fault, Field } from '../parts/field.tsx';
import { addPasskey, listPasskeys, passkeysWork, removePasskey } from '../passkey.ts';
import { SecondFactorPage } from './second-factor.tsx';

/** One's own account: password and second factor. */
export function AccountPage({ session, onChanged }: { session: Session; onChanged(): void }) {
  const [told, setTold] = useState('');
  const [fault, setFault] = useState('');
  const [setting, setSetting] = useState(false);

  async function change(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const { currentTarget } = event;
    const form = new FormData(currentTarget);
    setTold('');
    setFault('');
    try {
      const body = {
        currentPassword: form.get('old'),
        newPassword: form.get('new'),
        revokeOtherSessions: true,
      };
      await auth('change-password', body);
      setTold('パスワードを変えました。ほかの端末のサインインは終わりました。');
      currentTarget.reset();
    } catch {
      setFault(
        '変えられませんでした。いまのパスワードをお確かめください。新しいパスワードは12文字以上です。',
      );
    }
  }

  if (setting) return <SecondFactorPage email={session.email} onDone={onChanged} />;
  return (
    <div className="mx-auto flex max-w-xl flex-col gap-6 p-4 sm:p-6">
      <h1 className="text-2xl font-bold">アカウントの設定</h1>
      <p>
        {session.name}（{session.email}）
      </p>
      <section className="rounded-lg border border-line bg-surface p-4">
        <h2 className="mb-3 text-xl font-bold">パスワード</h2>
        <form onSubmit={change} className="flex flex-col gap-4">
          <Field
            label="いまのパスワード"
            name="old"
            type="password"
            autoComplete="current-password"
            required
          />
          <Field
            label="新しいパスワード"
            hint="12文字以上"
            name="new"
            type="password"
            autoComplete="new-password"
            minLength={12}
            required
          />
          <Fault text={fault} />
          {told && <p role="status">{told}</p>}
          <Button type="submit" kind="main">
            変える
          </Button>
        </form>
      </section>
      <section className="rounded-lg border border-line bg-surface p-4">
        <h2 className="mb-3 text-xl font-bold">二段階認証</h2>
        {session.secondFactor ? (
          <p>設定されています。</p>
        ) : (
          <>
            <p className="mb-3">サインインのときに、認証アプリの確認コードも使うようにします。</p>
            <Button onClick={() => setSetting(true)}>設定する</Button>
          </>
        )}
      </section>
      <Passkeys />
    </div>
  );
}

function Passkeys() {
  const queries = useQueryClient();
  const keys = useQuery({ queryKey: ['passkeys'], queryFn: listPasskeys });
  const [fault, setFault] = useState('');
  const attempt = async (work: () => Promise<unknown>) => {
    setFault('');
    await work().catch(() => setFault('できませんでした。もう一度お試しください。'));
    await queries.invalidateQueries({ queryKey: ['passkeys'] });
  };
  const device = () => addPasskey(`${navigator.platform} ${new Date().toLocaleDateString('ja-JP')}`);
  return (
    <section className="rounded-lg border border-line bg-surface p-4">
      <h2 className="mb-3 text-xl font-bold">パスキー</h2>
      <p className="mb-3">この端末の指紋や暗証番号でサインインできるようにします。</p>
      <ul className="mb-3 flex flex-col gap-2">
        {(keys.data ?? []).map((key) => (
          <li key={key.id} className="flex items-center justify-between gap-2">
            <span>{key.name ?? 'パスキー'}</span>
            <Button
              small
              kind="danger"
              onClick={() => attempt(() => removePasskey(key.id))}
              aria-label={`${key.name ?? 'パスキー'}を消す`}
            >
              消す
            </Button>
          </li>
        ))}
      </ul>
      <Fault text={fault} />
      {passkeysWork() ? (
        <Button onClick={() => attempt(device)}>パスキーを追加</Button>
      ) : (
        <p className="text-soft">この接続（httpsでない）またはブラウザーでは使えません。</p>
      )}
    </section>
  );
}
