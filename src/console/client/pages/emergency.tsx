import { EmergencyCalls, useEmergency } from '../parts/emergency.tsx';
import { Level } from '../parts/level.tsx';
import { Link } from '../parts/link.tsx';

/** The same card as a page of its own, for whoever has no talk open. */
export function EmergencyPage() {
  const emergency = useEmergency();
  return (
    <div className="mx-auto max-w-2xl p-4 sm:p-6">
      <h1 className="mb-1 text-2xl font-bold">緊急時カード</h1>
      <p className="mb-4 flex flex-wrap items-center gap-2 text-soft">
        <Level level="high" />
        <Level level="imminent" />
        の相談では、画面の横にも出ます。
        <Link to="/" className="text-accent underline">
          相談の列へ
        </Link>
      </p>
      {emergency.data && (
        <div className="rounded-lg border border-line bg-surface p-4">
          <EmergencyCalls card={emergency.data.card} />
        </div>
      )}
    </div>
  );
}
