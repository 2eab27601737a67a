import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { api, inWords, need, type Talk } from '../api.ts';
import { intent, useAction } from '../desk-data.ts';
import { Button, buttonStyle } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Fault, TextField } from './field.tsx';

const questions = [
  { id: 'thoughts', short: '死にたい気持ち', ask: '死にたい気持ちがある' },
  { id: 'plan', short: '方法の計画', ask: '方法を考えている' },
  { id: 'means', short: '手段の準備', ask: '手段が手もとにある' },
  { id: 'time', short: '時期', ask: 'いつ実行するか決めている' },
  { id: 'attempts', short: '過去の企図', ask: 'これまでに試みたことがある' },
  { id: 'alone', short: 'ひとり', ask: 'いま、ひとりでいる' },
  { id: 'safe', short: 'いま安全', ask: 'いま、安全な状態にある' },
] as const;

const words = { yes: 'はい', no: 'いいえ', unknown: 'わからない' } as const;
type Answer = keyof typeof words;
type Answers = Extract<Talk['notes'][number], { kind: 'assessment' }>['answers'];

/** The assessment as it was recorded. */
export function Assessed({ answers }: { answers: Answers }) {
  if (!answers) return <p className="text-soft">（開けません）</p>;
  return (
    <>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3">
        {questions.map((question) => (
          <div key={question.id} className="contents">
            <dt className="text-soft">{question.short}</dt>
            <dd className="font-bold">{words[answers[question.id]]}</dd>
          </div>
        ))}
      </dl>
      {answers.memo && <p className="break-words whitespace-pre-wrap">{answers.memo}</p>}
    </>
  );
}

/** The questions on danger to life, in rising order; an imminent case is not closed without them. */
export function Assess({ talk }: { talk: Talk }) {
  if (!talk.actions.includes('assess')) return null;
  const done = talk.notes.some((note) => note.kind === 'assessment');
  const needed = talk.highest === 'imminent' && !done;
  return (
    <section aria-label="危険の確認">
      <h2 className="mb-2 font-bold">危険の確認</h2>
      {needed && (
        <p className="mb-2 text-sm font-bold text-imminent">緊急の相談です。終える前に記録が必要です。</p>
      )}
      <Dialog
        trigger={
          <AriaButton className={buttonStyle(needed ? 'main' : 'plain', true)}>確認を記録する</AriaButton>
        }
        title="危険の確認"
      >
        {(close) => <Form talk={talk} close={close} />}
      </Dialog>
    </section>
  );
}

function Form({ talk, close }: { talk: Talk; close(): void }) {
  const [answers, setAnswers] = useState<Partial<Record<(typeof questions)[number]['id'], Answer>>>({});
  const [memo, setMemo] = useState('');
  const save = useAction(async () => {
    const { thoughts, plan, means, time, attempts, alone, safe } = answers;
    if (!thoughts || !plan || !means || !time || !attempts || !alone || !safe) return;
    const json = { id: intent(), answers: { thoughts, plan, means, time, attempts, alone, safe, memo } };
    await need(api.consultations[':id'].assessment.$post({ param: { id: talk.id }, json }));
    close();
  });
  const complete = questions.every((question) => answers[question.id]);
  return (
    <div className="flex flex-col gap-2">
      {questions.map((question) => (
        <fieldset key={question.id} className="border-b border-line pb-2">
          <legend className="float-left w-full font-bold sm:min-h-9 sm:w-auto sm:pt-1">{question.ask}</legend>
          <div className="flex gap-5 sm:justify-end sm:gap-2">
            {(Object.keys(words) as Answer[]).map((answer) => (
              <label key={answer} className="flex min-h-9 items-center gap-2 whitespace-nowrap sm:gap-1">
                <input
                  type="radio"
                  name={question.id}
                  className="size-5 accent-accent"
                  checked={answers[question.id] === answer}
                  onChange={() => setAnswers({ ...answers, [question.id]: answer })}
                />
                {words[answer]}
              </label>
            ))}
          </div>
        </fieldset>
      ))}
      <TextField
        label="補足"
        rows={2}
        value={memo}
        onChange={(event) => setMemo(event.target.value)}
        maxLength={2000}
      />
      {save.isError && <Fault text={inWords(save.error)} />}
      <div className="flex justify-end gap-2">
        <Button onClick={close}>やめる</Button>
        <Button kind="main" disabled={!complete || save.isPending} onClick={() => save.mutate(undefined)}>
          記録する
        </Button>
      </div>
    </div>
  );
}
