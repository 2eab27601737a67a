import { useSyncExternalStore } from 'react';

/** Pages live below `/console/`; the browser's own history is the only router. */
const base = '/console';

function subscribe(changed: () => void): () => void {
  addEventListener('popstate', changed);
  return () => removeEventListener('popstate', changed);
}

/** The page's path: `/`, `/talk/<id>`, `/directory` … */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname.slice(base.length) || '/');
}

export function hrefOf(path: string): string {
  return base + path;
}

export function go(path: string): void {
  if (location.pathname === hrefOf(path)) return;
  history.pushState(null, '', hrefOf(path));
  dispatchEvent(new PopStateEvent('popstate'));
}
