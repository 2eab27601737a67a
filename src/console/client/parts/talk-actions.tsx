import { type ReactNode, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { api, inWords, need, type Queue, type Session, type Talk } from '../api.ts';
import { intent, useAction } from '../desk-data.ts';
import { AbuseForm } from './abuse.tsx';
import { Button, buttonStyle } from './button.tsx';
import { CategoriesForm } from './categories.tsx';
import { OpenDialog } from './dialog.tsx';
import { Fault } from './field.tsx';
import { DropMenu } from './menu.tsx';
import { OpeningForm } from './opening.tsx';
import { CloseForm, GiveBackForm, LevelForm, TransferForm } from './talk-forms.tsx';

type Props = { talk: Talk; session: Session; duty: Queue['duty'] };

/** Something that asks a little before it is done. `seldom`: not what one looks for while somebody waits. */
type Asking = {
  action: Talk['actions'][number];
  label: string;
  title: string;
  seldom?: boolean;
  form(close: () => void): ReactNode;
};

const printing = { id: 'print', label: '印刷する' };

/** What the server allows to be done with this talk now, in the order of need; what is seldom needed behind one button. */
export function TalkActions({ talk, session, duty }: Props) {
  const [open, setOpen] = useState<Asking['action'] | null>(null);
  const param = { id: talk.id };
  const talkApi = api.consultations[':id'];
  const accept = useAction(() => need(talkApi.accept.$post({ param, json: { id: intent() } })));
  const takeOver = useAction(() => need(talkApi['take-over'].$post({ param, json: { id: intent() } })));
  const { categories, outcomes } = session.service;
  const others = duty.filter(({ present, id }) => present && id !== session.id);
  const all: readonly Asking[] = [
    {
      action: 'set-level',
      label: '危険度',
      title: '危険度を変える',
      form: (close) => <LevelForm talk={talk} close={close} />,
    },
    {
      action: 'set-categories',
      label: '分野',
      title: '相談の分野（いくつでも）',
      form: (close) => <CategoriesForm talk={talk} known={categories} close={close} />,
    },
    {
      action: 'transfer',
      label: '転送',
      title: 'ほかの人に引き継ぐ',
      form: (close) => <TransferForm talk={talk} people={others} topics={categories} close={close} />,
    },
    {
      action: 'close',
      label: '終了する',
      title: '相談を終了する',
      form: (close) => <CloseForm talk={talk} outcomes={outcomes} close={close} />,
    },
    {
      action: 'give-back',
      label: 'ボットに戻す',
      title: 'ボットに戻しますか',
      seldom: true,
      form: (close) => <GiveBackForm talk={talk} close={close} />,
    },
    {
      action: 'flag',
      label: '迷惑行為の報告',
      title: 'スーパーバイザーに報告する',
      seldom: true,
      form: (close) => <AbuseForm talk={talk} kind="flag" close={close} />,
    },
    {
      action: 'mute',
      label: '利用停止',
      title: 'しばらく利用を止める',
      seldom: true,
      form: (close) => <AbuseForm talk={talk} kind="mute" close={close} />,
    },
    {
      action: 'open-identity',
      label: '身元の開示',
      title: '身元の開示を申請する',
      seldom: true,
      form: (close) => <OpeningForm talk={talk} kind="identity" close={close} />,
    },
    {
      action: 'disclose',
      label: '開示請求',
      title: '開示請求の書き出しを申請する',
      seldom: true,
      form: (close) => <OpeningForm talk={talk} kind="disclosure" close={close} />,
    },
  ];
  const may = (action: Asking['action']) => talk.actions.includes(action);
  const asking = all.filter(({ action }) => may(action));
  const seldom = asking.filter((one) => one.seldom);
  const asked = asking.find(({ action }) => action === open);
  const fault = [accept, takeOver].find((action) => action.isError)?.error;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-1 sm:gap-2">
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
        {asking
          .filter((one) => !one.seldom)
          .map(({ action, label }) => (
            <AriaButton key={action} className={buttonStyle('plain', true)} onPress={() => setOpen(action)}>
              {label}
            </AriaButton>
          ))}
        <DropMenu
          label="この相談について、ほかにできること"
          trigger={
            <AriaButton className={buttonStyle('quiet', true)} aria-label="ほかの操作">
              ほか <span aria-hidden="true">▾</span>
            </AriaButton>
          }
          items={[...seldom.map(({ action, label }) => ({ id: action, label })), printing]}
          onPick={(id) =>
            id === printing.id ? print() : setOpen(seldom.find(({ action }) => action === id)?.action ?? null)
          }
        />
      </div>
      {fault ? <Fault text={inWords(fault)} /> : null}
      {asked && (
        <OpenDialog title={asked.title} onClose={() => setOpen(null)}>
          {asked.form}
        </OpenDialog>
      )}
    </div>
  );
}
