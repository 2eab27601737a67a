import { type FormEvent, useState } from 'react';
import { auth } from '../api.ts';
import { Button } from '../parts/button.tsx';
import { Fault, Field } from '../parts/field.tsx';
import { addPasskey, passkeysWork, signInWithPasskey } from '../passkey.ts';
import { Gate } from './gate.tsx';

/** Sets up the authenticator app: required for supervisors and administrators before anything else. */
export function SecondFactorPage({ email, onDone }: { email: string; onDone(): void }) {
  const [secret, setSecret] = useState<{ key: string; codes: string[] } | null>(null);
  const [fault, setFault] = useState('');

  async function begin(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password'));
    try {
      const told = await auth<{ totpURI: string; backupCodes: string[] }>('two-factor/enable', { password });
      setSecret({ key: new URL(told.totpURI).searchParams.get('secret') ?? '', codes: told.backupCodes });
      setFault('');
    } catch {
      setFault('パスワードをお確かめください。');
    }
  }

  /** A passkey asks for a finger, a face or a PIN beside the device, so it is two factors; from here on it signs in. */
  async function withPasskey() {
    try {
      // Who has one already adds no other with the password alone; signing in with it is the way.
      await addPasskey('二段階認証').catch(() => undefined);
      await signInWithPasskey();
      onDone();
    } catch {
      setFault('パスキーを作れませんでした。もう一度試すか、認証アプリを使ってください。');
    }
  }

  async function confirm(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get('code')).replace(/\s/g, '');
    try {
      await auth('two-factor/verify-totp', { code });
      onDone();
    } catch {
      setFault('コードが合いません。アプリの新しい数字を入れてください。');
    }
  }

  return (
    <Gate title="二段階認証の設定" service={email}>
      <p>この役割では、パスワードのほかに、認証アプリの確認コードか、パスキーが必要です。</p>
      <p className="text-sm">
        電話やパスキーを失くしたときは、管理者に「職員」画面からの再設定を頼んでください。管理者も入れないときは、サーバーで
        staff reset-second-factor を実行します。
      </p>
      <Fault text={fault} />
      {secret === null ? (
        <form onSubmit={begin} className="flex flex-col gap-4">
          <Field
            label="パスワード"
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
          <Button type="submit" kind="main">
            認証アプリを設定する
          </Button>
          {passkeysWork() && (
            <Button onClick={() => void withPasskey()}>パスキーを使う（指紋・顔・PIN）</Button>
          )}
        </form>
      ) : (
        <form onSubmit={confirm} className="flex flex-col gap-4">
          <p>
            1. 認証アプリ（Google Authenticator など）で「セットアップキーを入力」を選び、次のキーを入れます。
          </p>
          <code className="rounded-lg bg-sunken p-3 text-lg break-all select-all">{secret.key}</code>
          <p>2. 次の予備コードを紙に控えます。電話を失くしたときに一度ずつ使えます。</p>
          <ul className="grid grid-cols-2 gap-1 rounded-lg bg-sunken p-3 font-mono text-sm select-all">
            {secret.codes.map((code) => (
              <li key={code}>{code}</li>
            ))}
          </ul>
          <Field
            label="3. アプリに出た6桁の数字"
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            required
          />
          <Button type="submit" kind="main">
            確認して終わる
          </Button>
        </form>
      )}
    </Gate>
  );
}
