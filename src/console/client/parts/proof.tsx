import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Proof } from '../../session.ts';
import { api, need } from '../api.ts';
import { passkeysWork, showPasskey } from '../passkey.ts';
import { Button } from './button.tsx';
import { Field } from './field.tsx';

/**
 * The second factor, shown anew, and with it the deed: by the number of the authenticator app, or by a passkey for whoever has
 * only that.
 */
export function ProofForm({
  label,
  ready = true,
  busy,
  onProof,
  children,
}: {
  /** What is done with it: `承認する`. */
  label: string;
  ready?: boolean;
  busy: boolean;
  onProof(proof: Proof): void;
  /** Other buttons of the row. */
  children?: React.ReactNode;
}) {
  const session = useQuery({ queryKey: ['session'], queryFn: () => need(api.session.$get()) });
  const [code, setCode] = useState('');
  const totp = session.data?.totp ?? true;
  const whole = /^\d{6}$/u.test(code);
  return (
    <form
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (whole && ready) onProof({ code });
      }}
    >
      {totp && (
        <Field
          label="あなたの確認コード（6桁）"
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.target.value.replace(/\s/gu, ''))}
        />
      )}
      {totp && (
        <Button type="submit" kind="danger" disabled={busy || !ready || !whole}>
          {label}
        </Button>
      )}
      {passkeysWork() && (
        <Button
          kind={totp ? 'plain' : 'danger'}
          disabled={busy || !ready}
          // Whoever closes the browser's dialog has proved nothing and may try again.
          onClick={() =>
            void showPasskey().then(
              (passkey) => onProof({ passkey }),
              () => {},
            )
          }
        >
          パスキーで{label}
        </Button>
      )}
      {children}
    </form>
  );
}
