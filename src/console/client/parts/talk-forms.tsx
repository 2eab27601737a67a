import { useState } from 'react';
import { api, need, type Queue, type Session, type Talk } from '../api.ts';
import { intent, useAction } from '../desk-data.ts';
import { go } from '../route.ts';
import { Ends } from './dialog.tsx';
import { Pick, Select, TextField, Tick } from './field.tsx';
import { type LevelName, levelWords, ranks } from './level.tsx';

type Topics = Session['service']['categories'];
type Form = { talk: Talk; close(): void };

/** Gives the talk back to the bot. In danger it is said what that means. */
export function GiveBackForm({ talk, close }: Form) {
  const giveBack = useAction(async () => {
    await need(
      api.consultations[':id']['give-back'].$post({ param: { id: talk.id }, json: { id: intent() } }),
    );
    close();
    go('/');
  });
  const inDanger = talk.level === 'high' || talk.level === 'imminent';
  return (
    <>
      <p className="mb-4">
        {inDanger
          ? `${levelWords[talk.level]}の相談です。ボットに戻すと、待っている方の列から消えます。`
          : 'ボットがまた案内をはじめます。相談者は、いつでも「人と話したい」を選べます。'}
      </p>
      <Ends
        close={close}
        fault={giveBack.error}
        done="ボットに戻す"
        busy={giveBack.isPending}
        onDo={() => giveBack.mutate(undefined)}
      />
    </>
  );
}

/** Another level; a lower one needs a reason. */
export function LevelForm({ talk, close }: Form) {
  const [level, setLevel] = useState<LevelName>(talk.level);
  const [reason, setReason] = useState('');
  const lower = ranks.indexOf(level) > ranks.indexOf(talk.level);
  const save = useAction(async () => {
    const json = { id: intent(), level, reason };
    await need(api.consultations[':id'].level.$post({ param: { id: talk.id }, json }));
    close();
  });
  return (
    <div className="flex flex-col gap-4">
      <Pick<LevelName>
        label="いまの危険度"
        value={level}
        onPick={setLevel}
        options={ranks.map((id) => ({
          id,
          label: levelWords[id],
          hint: id === talk.level ? '（いま）' : undefined,
        }))}
      />
      <TextField
        label={lower ? '下げる理由（必須）' : '理由'}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        maxLength={500}
      />
      <Ends
        close={close}
        fault={save.error}
        done="変える"
        busy={save.isPending || level === talk.level || (lower && reason.trim() === '')}
        onDo={() => save.mutate(undefined)}
      />
    </div>
  );
}

/** To a colleague who is there, or back to the queue, with a note. */
export function TransferForm({
  talk,
  people,
  topics,
  close,
}: Form & { people: Queue['duty']; topics: Topics }) {
  const [to, setTo] = useState('');
  const [topic, setTopic] = useState('');
  const [note, setNote] = useState('');
  const save = useAction(async () => {
    const json = { id: intent(), to: to === 'queue' ? null : to, note, ...(topic ? { topic } : {}) };
    await need(api.consultations[':id'].transfer.$post({ param: { id: talk.id }, json }));
    close();
    go('/');
  });
  const options = [
    ...people.map((person) => ({ id: person.id, label: person.name, hint: `いま ${person.talks}件` })),
    { id: 'queue', label: '列に戻す', hint: '次に空いた人が受けます' },
  ];
  return (
    <div className="flex flex-col gap-4">
      <Pick label="だれに" value={to} onPick={setTo} options={options} />
      <Select
        label="どの分野の相談として"
        none="いまのまま"
        value={topic}
        onChange={(event) => setTopic(event.target.value)}
        options={topics}
      />
      <TextField
        label="申し送り"
        hint="相談者には見えません。"
        value={note}
        onChange={(event) => setNote(event.target.value)}
        maxLength={1000}
      />
      <Ends
        close={close}
        fault={save.error}
        done="引き継ぐ"
        busy={save.isPending || to === ''}
        onDo={() => save.mutate(undefined)}
      />
    </div>
  );
}

/** What became of it, a farewell, and the survey. */
export function CloseForm({ talk, outcomes, close }: Form & { outcomes: Session['service']['outcomes'] }) {
  const [outcome, setOutcome] = useState('');
  const [farewell, setFarewell] = useState('');
  const [survey, setSurvey] = useState(true);
  const save = useAction(async () => {
    const json = { id: intent(), outcome, farewell, survey };
    await need(api.consultations[':id'].close.$post({ param: { id: talk.id }, json }));
    close();
    go('/');
  });
  return (
    <div className="flex flex-col gap-4">
      <Pick label="この相談はどうなりましたか" value={outcome} onPick={setOutcome} options={outcomes} />
      <TextField
        label="お別れのことば"
        hint="書かなければ、お礼と「またいつでもどうぞ」の決まった文が届きます。"
        value={farewell}
        onChange={(event) => setFarewell(event.target.value)}
        maxLength={5000}
      />
      <Tick label="アンケートを送る" on={survey} onTurn={setSurvey} />
      <Ends
        close={close}
        fault={save.error}
        done="終了する"
        busy={save.isPending || outcome === ''}
        onDo={() => save.mutate(undefined)}
      />
    </div>
  );
}
