export type LevelName = 'none' | 'watch' | 'high' | 'imminent';

export const levelWords: Record<LevelName, string> = {
  imminent: '緊急',
  high: '要注意',
  watch: '見守り',
  none: '通常',
};

/** The most serious first. */
export const ranks: readonly LevelName[] = ['imminent', 'high', 'watch', 'none'];

const colors: Record<LevelName, string> = {
  imminent: 'bg-imminent-wash text-imminent border-imminent',
  high: 'bg-high-wash text-high border-high',
  watch: 'bg-watch-wash text-watch border-watch',
  none: 'bg-surface text-soft border-edge',
};

/** A level by word, shape and color: any one of the three is enough. */
export function Level({ level, large = false }: { level: LevelName; large?: boolean }) {
  return (
    <span
      className={`inline-flex shrink-0 items-center gap-1 rounded-full border font-bold ${colors[level]} ${
        large ? 'px-3 py-1 text-base' : 'px-2 py-0.5 text-sm'
      }`}
    >
      <Shape level={level} />
      {levelWords[level]}
    </span>
  );
}

/** Octagon, triangle, square, ring. */
function Shape({ level }: { level: LevelName }) {
  return (
    <svg viewBox="0 0 16 16" className="size-4" fill="currentColor" aria-hidden="true">
      {level === 'imminent' && <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" />}
      {level === 'high' && <path d="M8 1.5 15.5 14.5H.5z" />}
      {level === 'watch' && <path d="M2.5 2.5h11v11h-11z" />}
      {level === 'none' && <circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" strokeWidth="2" />}
    </svg>
  );
}
