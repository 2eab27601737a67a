import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useCallback } from 'react';
import { api, need, Refusal } from './api.ts';
import { JoinPage } from './pages/join.tsx';
import { SecondFactorPage } from './pages/second-factor.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { usePath } from './route.ts';
import { Shell } from './shell.tsx';

const DesksPage = lazy(async () => ({ default: (await import('./pages/desk.tsx')).DeskPage }));

/** Signed out, second factor, or the desk: which of the three this browser sees. */
export function App() {
  const queries = useQueryClient();
  const path = usePath();
  const session = useQuery({
    queryKey: ['session'],
    queryFn: () => need(api.session.$get()),
    staleTime: Infinity,
  });
  const signedOut = useCallback(() => {
    queries.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
    void queries.resetQueries({ queryKey: ['session'] });
  }, [queries]);

  if (path === '/join') return <JoinPage />;
  if (session.isPending) return <p className="p-8 text-soft">読み込んでいます…</p>;
  if (!session.data) {
    const out = session.error instanceof Refusal && session.error.status === 401;
    return <SignInPage unreachable={!out} onDone={signedOut} />;
  }
  if (session.data.needsSecondFactor)
    return <SecondFactorPage email={session.data.email} onDone={signedOut} />;
  return (
    <Shell session={session.data} onSignedOut={signedOut}>
      <Suspense fallback={<p className="p-8 text-soft">読み込んでいます…</p>}>
        <DesksPage path={path} session={session.data} onChanged={signedOut} />
      </Suspense>
    </Shell>
  );
}
