import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import { api, need } from '../api.ts';

/**
 * Canned replies by `/`: while the draft begins with a slash, the words after it search them. Arrow keys choose, Enter
 * takes, Escape leaves. Answers the list to show and a key handler that says whether it used the key.
 */
export function useCanned(draft: string, take: (text: string) => void) {
  const [chosen, setChosen] = useState(0);
  const asked = draft.startsWith('/') && !draft.includes('\n');
  const canned = useQuery({ queryKey: ['canned'], queryFn: () => need(api.canned.$get()), enabled: asked });
  const words = draft.slice(1).split(/\s+/);
  const found = asked
    ? (canned.data?.replies ?? [])
        .filter((reply) => words.every((word) => `${reply.title}${reply.body}`.includes(word)))
        .slice(0, 8)
    : [];
  const at = Math.min(chosen, found.length - 1);

  const onKey = (event: KeyboardEvent): boolean => {
    if (found.length === 0 || event.nativeEvent.isComposing) return false;
    const reply = found[at];
    if (event.key === 'ArrowDown') setChosen((at + 1) % found.length);
    else if (event.key === 'ArrowUp') setChosen((at + found.length - 1) % found.length);
    else if (event.key === 'Enter' && reply) take(reply.body);
    else if (event.key === 'Escape') take('');
    else return false;
    event.preventDefault();
    return true;
  };

  const list = asked && (
    <div className="mb-2 rounded-lg border border-line bg-surface p-1">
      {found.length === 0 ? (
        <p className="px-2 py-1 text-sm text-soft">
          {canned.isPending ? '読み込んでいます…' : '合う定型文がありません。'}
        </p>
      ) : (
        <ul id="canned" aria-label="定型文">
          {found.map((reply, index) => (
            <li key={reply.id}>
              <button
                type="button"
                id={`canned-${index}`}
                aria-current={index === at}
                onClick={() => take(reply.body)}
                className="flex w-full gap-3 rounded px-2 py-1.5 text-left text-sm aria-[current=true]:bg-wash aria-[current=true]:text-on-wash"
              >
                <span className="shrink-0 font-bold">{reply.title}</span>
                <span className="truncate">{reply.body}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <p role="status" className="sr-only">
        {found.length > 0 ? `定型文 ${found.length}件。いまは「${found[at]?.title}」` : ''}
      </p>
    </div>
  );
  return { list, onKey };
}
