import { useState } from 'react';
import type { Proof } from '../../session.ts';
import { api, inWords, need, type Talk } from '../api.ts';
import { intent, useAction } from '../desk-data.ts';
import { Button } from './button.tsx';
import { Fault, Pick, TextField } from './field.tsx';
import { Link } from './link.tsx';
import { ProofForm } from './proof.tsx';

const grounds = [
  { id: 'suicide', label: '自死のおそれ' },
  { id: 'violence', label: '暴力・殺傷のおそれ' },
  { id: 'child', label: '子どもの生命・身体の危険' },
  { id: 'other-life', label: 'そのほか生命の危険' },
] as const;

/** Asks for the identity (danger to life), or for the document of a disclosure request. A second person decides. */
export function OpeningForm({
  talk,
  kind,
  close,
}: {
  talk: Talk;
  kind: 'identity' | 'disclosure';
  close(): void;
}) {
  const [ground, setGround] = useState<string>(kind === 'disclosure' ? 'request' : '');
  const [reason, setReason] = useState('');
  const [asked, setAsked] = useState(false);
  const send = useAction(async (proof: Proof) => {
    const path = api.consultations[':id'][kind];
    await need(path.$post({ param: { id: talk.id }, json: { id: intent(), ground, reason, proof } }));
    setAsked(true);
  });
  if (asked)
    return (
      <div className="flex flex-col gap-4">
        <p>
          申請しました。30分以内に、ほかの役割の人（スーパーバイザーか管理者）が
          <Link to="/approvals" className="text-accent underline">
            承認のページ
          </Link>
          で承認すると、一度だけ表示できます。
        </p>
        <Button onClick={close}>閉じる</Button>
      </div>
    );
  return (
    <div className="flex flex-col gap-4">
      {kind === 'identity' && (
        <>
          <p>
            生命の危険があるときだけです。いま危険が迫っているなら、承認を待たずに 110 か 119
            に電話してください。
          </p>
          <Pick label="理由" value={ground} onPick={setGround} options={grounds} />
        </>
      )}
      <TextField
        label="くわしい理由（必須）"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        maxLength={1000}
      />
      {send.isError && <Fault text={inWords(send.error)} />}
      <ProofForm
        label="申請する"
        ready={ground !== '' && reason.trim() !== ''}
        busy={send.isPending}
        onProof={(proof) => send.mutate(proof)}
      >
        <Button onClick={close}>やめる</Button>
      </ProofForm>
    </div>
  );
}
