import type { Which } from '../../conversation/menu.ts';
import type { Finding } from '../check.ts';
import type { Answer, LineClient } from '../client.ts';
import { type Failed, refusal } from '../refusal.ts';
import { madeByUs } from './name.ts';
import type { MenuRequest } from './request.ts';

type Menu = LineClient['menu'];

const names: Record<Which, string> = {
  everyday: 'ふだんのメニュー',
  talking: '「相談員と話しています」のメニュー',
};

/**
 * Puts a flow's menus in force: the everyday one for everybody; the one for talks waits until the service links it
 * (`show.ts`). What is there already and unchanged stays, with its links; older menus of ours are removed last, so that
 * there is a menu at every moment. Menus that others made are left alone. Stops at the first thing LINE refuses.
 * @param wanted none: ours are taken away
 * @param render makes the PNG of a picture, at most 1 MB
 */
export async function installMenus(
  line: Menu,
  wanted: readonly MenuRequest[],
  render: (svg: string) => Uint8Array<ArrayBuffer>,
): Promise<Finding[]> {
  const listed = await line.list();
  if (!listed.ok) return [refusal('入っているメニューを読めませんでした', listed)];
  const ours = listed.value.richmenus.filter(({ name }) => madeByUs(name));
  const findings: Finding[] = [];
  const kept = new Set<string>();
  for (const request of wanted) {
    const same = ours.find(({ name }) => name === request.menu.name);
    const stays = same && (await line.imageSize(same.richMenuId)).ok;
    const made = stays ? { ok: true as const, value: same.richMenuId } : await create(line, request, render);
    if (!made.ok) return [...findings, refusal(`${names[request.which]}を入れられませんでした`, made)];
    kept.add(made.value);
    if (request.which === 'everyday') {
      const shown = await line.setDefault(made.value);
      if (!shown.ok) return [...findings, refusal(`${names.everyday}を表示できませんでした`, shown)];
    }
    findings.push({
      state: 'ok',
      text: `${names[request.which]}${stays ? 'は、もう入っています（変わりありません）' : 'を入れました'}。`,
    });
  }
  for (const { richMenuId } of ours.filter(({ richMenuId }) => !kept.has(richMenuId))) {
    const removed = await line.remove(richMenuId);
    // Gone already: somebody else ran the setup as well.
    if (!removed.ok && removed.status !== 404)
      findings.push(refusal('古いメニューを消せませんでした', removed));
  }
  return findings;
}

/** A menu whose picture does not arrive is taken away again: it could never be shown. */
async function create(
  line: Menu,
  { menu, svg }: MenuRequest,
  render: (svg: string) => Uint8Array<ArrayBuffer>,
): Promise<Answer<string>> {
  const valid = await line.validate(menu);
  if (!valid.ok) return valid;
  const created = await line.create(menu);
  if (!created.ok) return created;
  const id = created.value.richMenuId;
  const drawn: Failed | { ok: true } = await line.setImage(
    id,
    new Blob([render(svg)], { type: 'image/png' }),
  );
  if (drawn.ok) return { ok: true, value: id };
  await line.remove(id);
  return drawn;
}
