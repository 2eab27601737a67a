import type { Menus } from '../flow/menu.ts';
import { checkLine, type Finding, isHealthy, webhookUrl } from './check.ts';
import type { LineClient } from './client.ts';
import { installMenus } from './menu/install.ts';
import { menuRequests } from './menu/request.ts';
import { refusal } from './refusal.ts';

/**
 * Brings a real channel into the state that a flow needs: its rich menus, and the webhook's address. Then looks at all of
 * it, which lets LINE call the webhook. May be run again at any time; what is right already is left as it is.
 * @param menus null: the flow has none, and those of an earlier one are taken away
 * @param publicUrl where Madoguchi is reached from outside (`PUBLIC_URL`), if configured
 */
export async function setUpLine(
  line: LineClient,
  menus: Menus | null,
  publicUrl: string | undefined,
  render: (svg: string) => Uint8Array<ArrayBuffer>,
): Promise<Finding[]> {
  const installed = await installMenus(line.menu, menus ? await menuRequests(menus) : [], render);
  // What keeps the menus out (no token, no network) keeps out the rest; said once is enough.
  if (!isHealthy(installed)) return installed;
  const none: Finding[] = menus ? [] : [{ state: 'ok', text: 'このフローにメニューはありません。' }];
  const pointed = publicUrl ? await pointWebhook(line, webhookUrl(publicUrl)) : [];
  return [...installed, ...none, ...pointed, ...(await checkLine(line, publicUrl))];
}

async function pointWebhook(line: LineClient, url: string): Promise<Finding[]> {
  const now = await line.webhook();
  if (now.ok && now.value.endpoint === url) return [];
  const set = await line.setWebhook(url);
  return set.ok
    ? [{ state: 'ok', text: `Webhook URLを ${url} にしました。` }]
    : [refusal(`Webhook URLを ${url} にできませんでした`, set)];
}
