import type { Menus } from '../flow/menu.ts';
import { formatFindings, isHealthy } from '../line/check.ts';
import { createLineClient } from '../line/client.ts';
import { installMenus } from '../line/menu/install.ts';
import { menuRequests } from '../line/menu/request.ts';

/** Installs a flow's menus as `line setup` would, so that the demo's phone shows them as drawn. */
export async function installDemoMenus(
  menus: Menus | null,
  { url, token }: { url: string; token: string },
): Promise<void> {
  // The drawing program is loaded here, because the demo need not wait for it.
  const { renderPng } = await import('./menu-png.ts');
  const line = createLineClient({ token, baseUrl: url, timeoutMs: 10_000 });
  const findings = await installMenus(line.menu, menus ? await menuRequests(menus) : [], renderPng);
  if (!isHealthy(findings)) console.error(formatFindings(findings));
}
