import type { ReactNode } from 'react';
import { Dialog as AriaDialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';

type Props = {
  /** The button that opens it: a React Aria button. */
  trigger: ReactNode;
  title: string;
  children(close: () => void): ReactNode;
};

/** A dialog over the page: takes the focus, gives it back, closes with Escape. */
export function Dialog({ trigger, title, children }: Props) {
  return (
    <DialogTrigger>
      {trigger}
      <ModalOverlay
        isDismissable
        className="fixed inset-0 z-40 flex items-end justify-center bg-black/50 p-0 sm:items-center sm:p-4"
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
    </DialogTrigger>
  );
}
