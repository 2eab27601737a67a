import type { ReactNode } from 'react';

/** The frame of the pages before the desk. */
export function Gate({ title, service, children }: { title: string; service?: string; children: ReactNode }) {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center p-4">
      <div className="flex w-full max-w-md flex-col gap-5 rounded-2xl border border-line bg-surface p-6 sm:p-8">
        <div>
          <p className="text-sm text-soft">{service ?? '窓口'}</p>
          <h1 className="text-2xl font-bold">{title}</h1>
        </div>
        {children}
      </div>
    </main>
  );
}
