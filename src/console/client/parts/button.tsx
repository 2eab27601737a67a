import type { ButtonHTMLAttributes } from 'react';

const kinds = {
  main: 'bg-accent text-on-accent border-accent hover:bg-accent-strong hover:underline',
  plain: 'bg-surface text-accent border-accent hover:bg-wash hover:underline',
  quiet: 'bg-transparent text-ink border-transparent hover:bg-sunken hover:underline',
  danger: 'bg-surface text-imminent border-imminent hover:bg-imminent-wash hover:underline',
} as const;

export type ButtonKind = keyof typeof kinds;

export function buttonStyle(kind: ButtonKind, small = false): string {
  const size = small ? 'min-h-9 px-3 text-sm' : 'min-h-11 px-4 text-base';
  return `inline-flex items-center justify-center gap-2 rounded-lg border font-bold underline-offset-4 whitespace-nowrap ${size} ${kinds[kind]} disabled:border-edge disabled:bg-sunken disabled:text-soft disabled:no-underline`;
}

type Props = ButtonHTMLAttributes<HTMLButtonElement> & { kind?: ButtonKind; small?: boolean };

export function Button({ kind = 'plain', small = false, className = '', type = 'button', ...rest }: Props) {
  return <button type={type} className={`${buttonStyle(kind, small)} ${className}`} {...rest} />;
}
