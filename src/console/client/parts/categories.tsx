import { useState } from 'react';
import { api, need, type Session, type Talk } from '../api.ts';
import { intent, useAction } from '../desk-data.ts';
import { Ends } from './dialog.tsx';
import { Tick } from './field.tsx';

type Props = { talk: Talk; known: Session['service']['categories']; close(): void };

/** What the talk is about: several, because debts and a child at home come together. */
export function CategoriesForm({ talk, known, close }: Props) {
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
      <Ends
        close={close}
        fault={save.error}
        done="変える"
        busy={save.isPending}
        onDo={() => save.mutate(undefined)}
      />
    </div>
  );
}
