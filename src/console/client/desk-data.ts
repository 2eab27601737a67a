import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, need, type Queue, type Talk } from './api.ts';

export function useQueue(enabled = true) {
  return useQuery({ queryKey: ['queue'], queryFn: () => need(api.queue.$get()), enabled });
}

export function useTalk(id: string) {
  return useQuery({
    queryKey: ['talk', id],
    queryFn: () => need(api.consultations[':id'].$get({ param: { id } })),
    // A message on its way to LINE shows its arrival without a change of the talk.
    refetchInterval: (query) => (onItsWay(query.state.data) ? 2000 : false),
  });
}

function onItsWay(talk: Talk | undefined): boolean {
  return (
    talk?.lines.some(
      (line) => line.who !== 'resident' && line.who !== 'system' && line.delivery === 'waiting',
    ) ?? false
  );
}

/** The server's clock (a demo's may be set), as this browser counts on from the last answer. */
export function useNow(data: Pick<Queue, 'now'> | undefined, updatedAt: number): number {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 10_000);
    return () => clearInterval(timer);
  }, []);
  return data ? data.now + (Date.now() - updatedAt) : Date.now();
}

/** Does something to a talk; afterwards, done or refused, what is shown is loaded again. */
export function useAction<Input, Output>(work: (input: Input) => Promise<Output>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['queue'] }),
        queries.invalidateQueries({ queryKey: ['talk'] }),
        queries.invalidateQueries({ queryKey: ['alerts'] }),
      ]),
  });
}

/** One id for one intent: a request repeated by a bad network is done once. */
export function intent(): string {
  return crypto.randomUUID();
}
