import type { ReactNode } from 'react';
import { MenuTrigger as AriaMenuTrigger, Menu, MenuItem, Popover } from 'react-aria-components';

type Props = {
  /** The button that opens it: a React Aria button. */
  trigger: ReactNode;
  label: string;
  items: readonly { id: string; label: string; here?: boolean }[];
  onPick(id: string): void;
};

/** A few things to go to or do, behind one button; by keyboard as by pointer. */
export function DropMenu({ trigger, label, items, onPick }: Props) {
  return (
    <AriaMenuTrigger>
      {trigger}
      <Popover className="min-w-52 rounded-lg border border-line bg-surface p-1 text-ink shadow-2">
        <Menu className="outline-none" aria-label={label} onAction={(id) => onPick(String(id))}>
          {items.map(({ id, label: words, here }) => (
            <MenuItem key={id} id={id} textValue={words} className={item}>
              {words}
              {here && <span className="ml-auto text-sm text-soft">表示中</span>}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </AriaMenuTrigger>
  );
}

const item =
  'flex min-h-11 cursor-pointer items-center gap-4 rounded px-3 outline-none data-focused:bg-wash data-focused:text-on-wash';
