import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { go, hrefOf } from '../route.ts';

/** A link to a page of the console: opens without loading anew, and in a new tab as links do. */
export function Link({ to, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { to: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    event.preventDefault();
    go(to);
  };
  return <a href={hrefOf(to)} onClick={follow} {...rest} />;
}
