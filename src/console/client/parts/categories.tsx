import { useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { api, inWords, need, type Session, type Talk } from '../api.ts';
import { intent, useAction } from '../desk-data.ts';
import { Button, buttonStyle } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Fault, Tick } from './field.tsx';

type Props = { talk: Talk; known: Session['service']['categories'] };

/** What the talk is about: several, because debts and a child at home come together. */
export function CategoriesDialog({ talk, known }: Props) {
  return (
    <Dialog
      trigger={<AriaButton className={buttonStyle('plain', true)}>分野</AriaButton>}
      title="相談の分野（いくつでも）"
    >
      {(close) => <CategoriesForm talk={talk} known={known} close={close} />}
    </Dialog>
  );
}

function CategoriesForm({ talk, known, close }: Props & { close(): void }) {
  const [chosen, setChosen] = useState<readonly string[]>(talk.categoryIds);
  const save = useAction(async () => {
    const json = { id: intent(), categories: [...chosen] };
    await need(api.consultations[':id'].categories.$post({ param: { id: talk.id }, json }));
    close();
  });
  const turn = (id: string, on: boolean) =>
    setChosen(on ? [...chosen, id] : chosen.filter((one) => one !== id));
  return (
    <div className="flex flex-col gap-4">
      <div>
        {known.map(({ id, label }) => (
          <Tick key={id} label={label} on={chosen.includes(id)} onTurn={(on) => turn(id, on)} />
        ))}
      </div>
      {save.isError && <Fault text={inWords(save.error)} />}
      <div className="flex justify-end gap-2">
        <Button onClick={close}>やめる</Button>
        <Button kind="main" disabled={save.isPending} onClick={() => save.mutate(undefined)}>
          変える
        </Button>
      </div>
    </div>
  );
}
