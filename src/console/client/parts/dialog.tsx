import type { ReactNode } from 'react';
import { Dialog as AriaDialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { inWords } from '../api.ts';
import { Button, type ButtonKind } from './button.tsx';
import { Fault } from './field.tsx';

type Content = { title: string; children(close: () => void): ReactNode };
type Props = Content & {
  /** The button that opens it: a React Aria button. */
  trigger: ReactNode;
};

/** A dialog over the page: takes the focus, gives it back, closes with Escape. */
export function Dialog({ trigger, ...content }: Props) {
  return (
    <DialogTrigger>
      {trigger}
      <Panel {...content} />
    </DialogTrigger>
  );
}

/** The same, opened by something other than a button of its own: it stands while it is rendered. */
export function OpenDialog({ onClose, ...content }: Content & { onClose(): void }) {
  return <Panel {...content} isOpen onOpenChange={(open) => open || onClose()} />;
}

function Panel(props: Content & { isOpen?: boolean; onOpenChange?(open: boolean): void }) {
  const { title, children, ...state } = props;
  return (
    <ModalOverlay
      isDismissable
      className="fixed inset-0 z-40 flex items-end justify-center bg-black/50 p-0 sm:items-center sm:p-4"
      {...state}
    >
      <Modal className="max-h-[90dvh] w-full max-w-lg overflow-y-auto rounded-t-2xl bg-surface p-5 text-ink shadow-4 sm:rounded-2xl">
        <AriaDialog className="outline-none">
          {({ close }) => (
            <>
              <Heading slot="title" className="mb-4 text-xl font-bold">
                {title}
              </Heading>
              {children(close)}
            </>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** How a form in a dialog ends: what went wrong, leaving it, doing it. */
export function Ends(props: {
  close(): void;
  fault: unknown;
  done: string;
  kind?: ButtonKind;
  busy: boolean;
  onDo(): void;
}) {
  const { close, fault, done, kind = 'main', busy, onDo } = props;
  return (
    <>
      {fault ? <Fault text={inWords(fault)} /> : null}
      <div className="flex justify-end gap-2">
        <Button onClick={close}>やめる</Button>
        <Button kind={kind} disabled={busy} onClick={onDo}>
          {done}
        </Button>
      </div>
    </>
  );
}
