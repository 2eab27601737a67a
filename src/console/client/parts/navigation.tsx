import { Button } from 'react-aria-components';
import type { Session } from '../api.ts';
import { go, usePath } from '../route.ts';
import { Link } from './link.tsx';
import { DropMenu } from './menu.tsx';

type Page = { to: string; label: string; needs?: Session['office'][number] };

/** In the order of how often they are needed on duty. */
const pages: readonly Page[] = [
  { to: '/', label: '相談', needs: 'queue' },
  { to: '/wall', label: '全体', needs: 'wall' },
  { to: '/directory', label: '窓口一覧', needs: 'directory' },
  { to: '/emergency', label: '緊急時カード', needs: 'directory' },
  { to: '/search', label: '検索', needs: 'search' },
  { to: '/canned', label: '定型文', needs: 'canned' },
  { to: '/people', label: '職員', needs: 'people' },
  { to: '/setup', label: 'はじめの準備', needs: 'people' },
  { to: '/approvals', label: '承認', needs: 'approve' },
  { to: '/retention', label: '保存期間', needs: 'retention' },
  { to: '/log', label: '記録', needs: 'log' },
  { to: '/help', label: '使い方' },
];

/** So many pages fit beside each other on a phone; what is needed less often stands in a menu. */
const beside = 3;

/** Where one is and where one can go: the few pages of an evening side by side, the rest behind one button. */
export function Navigation({ session }: { session: Session }) {
  const path = usePath();
  const mine = pages.filter(({ needs }) => !needs || session.office.includes(needs));
  // A menu of one would only hide it.
  const shown = mine.length <= beside + 1 ? mine.length : beside;
  const rest = mine.slice(shown);
  const current = rest.find(({ to }) => path.startsWith(to));
  return (
    <nav
      aria-label="ページ"
      className="order-last -mb-px w-full min-w-0 md:order-none md:ml-4 md:w-auto md:flex-1"
    >
      <ul className="flex">
        {mine.slice(0, shown).map(({ to, label }) => (
          <li key={to}>
            <Link to={to} aria-current={isHere(path, to) ? 'page' : undefined} className={tab}>
              {label}
            </Link>
          </li>
        ))}
        {rest.length > 0 && (
          <li>
            <DropMenu
              label="ほかのページ"
              trigger={
                <Button aria-current={current ? 'page' : undefined} className={`${tab} cursor-pointer gap-1`}>
                  {current?.label ?? 'ほか'}
                  <span aria-hidden="true">▾</span>
                </Button>
              }
              items={rest.map(({ to, label }) => ({ id: to, label, here: to === current?.to }))}
              onPick={go}
            />
          </li>
        )}
      </ul>
    </nav>
  );
}

function isHere(path: string, to: string): boolean {
  return to === '/' ? path === '/' || path.startsWith('/talk/') : path.startsWith(to);
}

const tab =
  'flex min-h-11 items-center border-b-4 border-transparent px-3 whitespace-nowrap hover:underline aria-[current=page]:border-accent aria-[current=page]:font-bold aria-[current=page]:text-accent md:min-h-12';
