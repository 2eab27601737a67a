import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { api, inWords, need, type Queue, type Session, type Talk } from '../api.ts';
import { intent, useAction } from '../desk-data.ts';
import { go } from '../route.ts';
import { AbuseDialogs } from './abuse.tsx';
import { Button, type ButtonKind, buttonStyle } from './button.tsx';
import { CategoriesDialog } from './categories.tsx';
import { Dialog } from './dialog.tsx';
import { Fault, Pick, TextField, Tick } from './field.tsx';
import { type LevelName, levelWords, ranks } from './level.tsx';
import { OpeningDialogs } from './opening.tsx';

type Props = { talk: Talk; session: Session; duty: Queue['duty'] };

/** What the server allows to be done with this talk now, in the order of need. */
export function TalkActions({ talk, session, duty }: Props) {
  const may = (action: Talk['actions'][number]) => talk.actions.includes(action);
  const param = { id: talk.id };
  const inDanger = talk.level === 'high' || talk.level === 'imminent';
  const talkApi = api.consultations[':id'];
  const accept = useAction(() => need(talkApi.accept.$post({ param, json: { id: intent() } })));
  const takeOver = useAction(() => need(talkApi['take-over'].$post({ param, json: { id: intent() } })));
  const giveBack = useAction(async () => {
    await need(talkApi['give-back'].$post({ param, json: { id: intent() } }));
    go('/');
  });
  const fault = [accept, takeOver, giveBack].find((action) => action.isError)?.error;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        {may('accept') && (
          <Button kind="main" disabled={accept.isPending} onClick={() => accept.mutate(undefined)}>
            対応する
          </Button>
        )}
        {may('take-over') && (
          <Button kind="danger" disabled={takeOver.isPending} onClick={() => takeOver.mutate(undefined)}>
            引き取る
          </Button>
        )}
        {may('set-level') && <LevelDialog talk={talk} />}
        {may('set-categories') && <CategoriesDialog talk={talk} known={session.service.categories} />}
        {may('transfer') && (
          <TransferDialog talk={talk} people={duty.filter((p) => p.present && p.id !== session.id)} />
        )}
        {may('give-back') && inDanger && (
          <Dialog trigger={opener('ボットに戻す')} title="ボットに戻しますか">
            {(close) => (
              <>
                <p className="mb-4">
                  {levelWords[talk.level]}の相談です。ボットに戻すと、待っている方の列から消えます。
                </p>
                <Ends
                  close={close}
                  fault={giveBack.error}
                  done="ボットに戻す"
                  busy={giveBack.isPending}
                  onDo={() => giveBack.mutate(undefined)}
                />
              </>
            )}
          </Dialog>
        )}
        {may('give-back') && !inDanger && (
          <Button small disabled={giveBack.isPending} onClick={() => giveBack.mutate(undefined)}>
            ボットに戻す
          </Button>
        )}
        <AbuseDialogs talk={talk} />
        <OpeningDialogs talk={talk} />
        {may('close') && <CloseDialog talk={talk} outcomes={session.service.outcomes} />}
      </div>
      {fault ? <Fault text={inWords(fault)} /> : null}
    </div>
  );
}

function opener(text: string, kind: ButtonKind = 'plain') {
  return <AriaButton className={buttonStyle(kind, true)}>{text}</AriaButton>;
}

function Ends({
  close,
  fault,
  done,
  busy,
  onDo,
}: {
  close(): void;
  fault: unknown;
  done: string;
  busy: boolean;
  onDo(): void;
}) {
  return (
    <>
      {fault ? <Fault text={inWords(fault)} /> : null}
      <div className="flex justify-end gap-2">
        <Button onClick={close}>やめる</Button>
        <Button kind="main" disabled={busy} onClick={onDo}>
          {done}
        </Button>
      </div>
    </>
  );
}

function LevelDialog({ talk }: { talk: Talk }) {
  return (
    <Dialog trigger={opener('危険度')} title="危険度を変える">
      {(close) => <LevelForm talk={talk} close={close} />}
    </Dialog>
  );
}

function LevelForm({ talk, close }: { talk: Talk; close(): void }) {
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

function TransferDialog({ talk, people }: { talk: Talk; people: Queue['duty'] }) {
  return (
    <Dialog trigger={opener('転送')} title="ほかの人に引き継ぐ">
      {(close) => <TransferForm talk={talk} people={people} close={close} />}
    </Dialog>
  );
}

function TransferForm({ talk, people, close }: { talk: Talk; people: Queue['duty']; close(): void }) {
  const [to, setTo] = useState('');
  const [note, setNote] = useState('');
  const save = useAction(async () => {
    const json = { id: intent(), to: to === 'queue' ? null : to, note };
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

function CloseDialog({ talk, outcomes }: { talk: Talk; outcomes: Session['service']['outcomes'] }) {
  return (
    <Dialog trigger={opener('終了する')} title="相談を終了する">
      {(close) => <CloseForm talk={talk} outcomes={outcomes} close={close} />}
    </Dialog>
  );
}

function CloseForm({
  talk,
  outcomes,
  close,
}: {
  talk: Talk;
  outcomes: Session['service']['outcomes'];
  close(): void;
}) {
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
