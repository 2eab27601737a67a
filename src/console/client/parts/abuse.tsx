import { useState } from 'react';
import { api, need, type Talk } from '../api.ts';
import { intent, useAction } from '../desk-data.ts';
import { Ends } from './dialog.tsx';
import { Pick, TextField } from './field.tsx';

const kinds = [
  { id: 'threat', label: '脅し' },
  { id: 'sexual', label: '性的ないやがらせ' },
  { id: 'other', label: 'そのほかの迷惑行為' },
] as const;

const times = [
  { id: '30', label: '30分' },
  { id: '120', label: '2時間' },
  { id: '360', label: '6時間' },
  { id: '0', label: '解除する' },
] as const;

/** What protects staff: a report to the supervisor, and a pause. */
export function AbuseForm({ talk, kind, close }: { talk: Talk; kind: 'flag' | 'mute'; close(): void }) {
  const [picked, setPicked] = useState('');
  const [words, setWords] = useState('');
  const param = { id: talk.id };
  const talkApi = api.consultations[':id'];
  const send = useAction(async () => {
    if (kind === 'mute') {
      const json = { id: intent(), minutes: Number(picked), reason: words };
      await need(talkApi.mute.$post({ param, json }));
    } else {
      const what = kinds.find(({ id }) => id === picked)?.id ?? 'other';
      await need(talkApi.flag.$post({ param, json: { id: intent(), what, note: words } }));
    }
    close();
  });
  return (
    <div className="flex flex-col gap-4">
      {kind === 'mute' && (
        <p>
          相談者には、いつまでかと、かけられる電話を、ていねいに伝えます。そのあいだも危険の言葉は見つけて知らせます。
        </p>
      )}
      <Pick
        label={kind === 'mute' ? 'どのくらい' : '何がありましたか'}
        options={kind === 'mute' ? times : kinds}
        value={picked}
        onPick={setPicked}
      />
      <TextField
        label={kind === 'mute' ? '理由（必須）' : 'くわしく'}
        hint="相談者には見えません。"
        value={words}
        onChange={(event) => setWords(event.target.value)}
        maxLength={500}
      />
      <Ends
        close={close}
        fault={send.error}
        done={kind === 'mute' ? '決める' : '報告する'}
        kind="danger"
        busy={send.isPending || picked === '' || (kind === 'mute' && words.trim() === '')}
        onDo={() => send.mutate(undefined)}
      />
    </div>
  );
}
