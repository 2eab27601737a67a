import { useState } from 'react';

/** A value that survives reload and crash in this browser, such as a draft or the sound switch. */
export function useRemembered(name: string, first: string): [string, (value: string) => void] {
  const key = `madoguchi.${name}`;
  const [state, setState] = useState({ key, value: localStorage.getItem(key) ?? first });
  const value = state.key === key ? state.value : (localStorage.getItem(key) ?? first);
  const change = (next: string) => {
    setState({ key, value: next });
    if (next === first) localStorage.removeItem(key);
    else localStorage.setItem(key, next);
  };
  return [value, change];
}

/** Takes all drafts off this browser: at sign-out, because the next person may be another. */
export function forgetDrafts(): void {
  for (const key of Object.keys(localStorage))
    if (key.startsWith('madoguchi.draft.')) localStorage.removeItem(key);
}
