import {
  createMenu,
  deleteMenu,
  hideMenu,
  listMenu,
  notFound,
  refusedMenu,
  setMenuImage,
  showMenu,
} from './menu.ts';
import type { Platform } from './platform.ts';
import { type On, ok, withBody } from './route.ts';

/** Rich menus. https://developers.line.biz/en/reference/messaging-api/#rich-menu */
export function menuRoutes(on: On, platform: Platform): void {
  on('POST', '/v2/bot/richmenu', ({ call }) => withBody(call, (body) => createMenu(platform, body)));
  on('POST', '/v2/bot/richmenu/validate', ({ call }) => withBody(call, (body) => refusedMenu(body) ?? ok));
  on('GET', '/v2/bot/richmenu/list', () => ({
    status: 200,
    body: { richmenus: [...platform.menus.values()].map(listMenu) },
  }));
  on('GET', '/v2/bot/richmenu/:id', ({ param }) => {
    const menu = platform.menus.get(param('id'));
    return menu ? { status: 200, body: listMenu(menu) } : notFound;
  });
  on('DELETE', '/v2/bot/richmenu/:id', ({ param }) => deleteMenu(platform, param('id')));
  on('POST', '/v2/bot/richmenu/:id/content', async ({ param, raw }) =>
    setMenuImage(platform, param('id'), {
      type: raw.headers.get('content-type') ?? '',
      bytes: new Uint8Array(await raw.arrayBuffer()),
    }),
  );
  on('GET', '/v2/bot/richmenu/:id/content', ({ param }) => {
    const image = platform.menus.get(param('id'))?.image;
    return image ? new Response(image.bytes, { headers: { 'content-type': image.type } }) : notFound;
  });
  on('GET', '/v2/bot/user/all/richmenu', () =>
    platform.defaultMenu ? { status: 200, body: { richMenuId: platform.defaultMenu } } : notFound,
  );
  on('POST', '/v2/bot/user/all/richmenu/:id', ({ param }) => showMenu(platform, param('id')));
  on('DELETE', '/v2/bot/user/all/richmenu', () => hideMenu(platform));
  on('GET', '/v2/bot/user/:userId/richmenu', ({ param }) => {
    const menuId = platform.people.get(param('userId'))?.menuId;
    return menuId ? { status: 200, body: { richMenuId: menuId } } : notFound;
  });
  on('POST', '/v2/bot/user/:userId/richmenu/:id', ({ param }) =>
    showMenu(platform, param('id'), param('userId')),
  );
  on('DELETE', '/v2/bot/user/:userId/richmenu', ({ param }) => hideMenu(platform, param('userId')));
}
