import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { auth, door, inWords, need, Refusal } from '../api.ts';
import { Button } from '../parts/button.tsx';
import { Fault, Field } from '../parts/field.tsx';
import { Link } from '../parts/link.tsx';
import { passkeysWork, signInWithPasskey } from '../passkey.ts';
import { Gate } from './gate.tsx';

/** Address and password, then the second factor where the account has one. */
export function SignInPage({ unreachable, onDone }: { unreachable: boolean; onDone(): void }) {
  const welcome = useQuery({ queryKey: ['welcome'], queryFn: () => need(door.welcome.$get()) });
  const [step, setStep] = useState<'password' | 'code'>('password');
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);

  async function attempt(work: () => Promise<void>) {
    setBusy(true);
    setFault('');
    try {
      await work();
    } catch (error) {
      setFault(signInWords(error));
    }
    setBusy(false);
  }

  const enter = (email: string, password: string) =>
    attempt(async () => {
      const told = await auth<{ twoFactorRedirect?: boolean }>('sign-in/email', { email, password });
      if (told.twoFactorRedirect) setStep('code');
      else onDone();
    });

  const confirm = (code: string) =>
    attempt(async () => {
      const backup = code.includes('-');
      await auth(backup ? 'two-factor/verify-backup-code' : 'two-factor/verify-totp', { code });
      onDone();
    });

  return (
    <Gate title="サインイン" service={welcome.data?.service}>
      <Fault text={unreachable ? 'サーバーにつながりません。' : fault} />
      {step === 'password' ? (
        <Form fields={(form) => enter(String(form.get('email')), String(form.get('password')))}>
          <Field label="メールアドレス" name="email" type="email" autoComplete="username webauthn" required />
          <Field
            label="パスワード"
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
          <Button type="submit" kind="main" disabled={busy}>
            サインイン
          </Button>
        </Form>
      ) : (
        <Form fields={(form) => confirm(String(form.get('code')).replace(/\s/g, ''))}>
          <Field
            label="確認コード"
            hint="認証アプリの6桁の数字、または控えておいた予備コード"
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            autoFocus
          />
          <Button type="submit" kind="main" disabled={busy}>
            確認する
          </Button>
        </Form>
      )}
      {step === 'password' && passkeysWork() && (
        <Button disabled={busy} onClick={() => attempt(() => signInWithPasskey().then(onDone))}>
          パスキーを使う
        </Button>
      )}
      {welcome.data?.demo && step === 'password' && (
        <section
          aria-label="お試しのアカウント"
          className="mt-2 rounded-lg border border-dashed border-edge p-4"
        >
          <p className="mb-2 text-sm text-soft">お試しの環境です。次の役割で入れます。</p>
          <div className="flex flex-wrap gap-2">
            {welcome.data.demo.map((account) => (
              <Button
                key={account.email}
                small
                disabled={busy}
                onClick={() => enter(account.email, account.password)}
              >
                {account.label}
              </Button>
            ))}
          </div>
        </section>
      )}
      <p className="text-sm">
        招待コードをお持ちの方は
        <Link to="/join" className="text-accent underline">
          アカウントを作る
        </Link>
      </p>
    </Gate>
  );
}

function Form({ fields, children }: { fields(form: FormData): void; children: React.ReactNode }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    fields(new FormData(event.currentTarget));
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {children}
    </form>
  );
}

/** The same words for a wrong address and a wrong password. */
function signInWords(error: unknown): string {
  if (error instanceof Refusal && error.status === 429)
    return '試した回数が多すぎます。1分ほど待ってからお試しください。';
  if (error instanceof Refusal && error.status >= 400 && error.status < 500)
    return '入力が正しくありません。もう一度お確かめください。';
  return inWords(error);
}
