import { lengthOf } from '../message/limits.ts';
import { hex } from './ids.ts';
import type { Content, Menu, Platform } from './platform.ts';
import { type Reply, refuse } from './send.ts';

/** https://developers.line.biz/en/reference/messaging-api/#rich-menu-object */
export function refusedMenu(raw: unknown): Reply | undefined {
  const menu = record(raw);
  const size = record(menu.size);
  const [width, height] = [Number(size.width), Number(size.height)];
  const areas = Array.isArray(menu.areas) ? menu.areas.map(record) : [];
  const details: { message: string; property: string }[] = [];
  const require = (holds: boolean, property: string, message: string) =>
    holds || details.push({ message, property });

  require(Number.isInteger(width) &&
    width >= 800 &&
    width <= 2500, 'size.width', 'Value must be between 800 and 2500');
  require(Number.isInteger(height) && height >= 250, 'size.height', 'Value must be 250 or more');
  require(width / height >= 1.45, 'size', 'The aspect ratio (width / height) must be at least 1.45');
  require(typeof menu.selected === 'boolean', 'selected', 'May not be null');
  require(text(menu.name) && lengthOf(menu.name, 'utf16') <= 300, 'name', 'Length must be between 1 and 300');
  require(text(menu.chatBarText) &&
    lengthOf(menu.chatBarText, 'utf16') <= 14, 'chatBarText', 'Length must be between 1 and 14');
  require(areas.length <= 20, 'areas', 'Size must be between 0 and 20');
  for (const [index, area] of areas.entries()) {
    const { x, y, width: w, height: h } = record(area.bounds) as Record<string, number>;
    const inside = [x, y, w, h].every((value) => Number.isInteger(value) && Number(value) >= 0);
    require(inside &&
      Number(x) + Number(w) <= width &&
      Number(y) + Number(h) <= height, `areas[${index}].bounds`, 'The area must lie within the menu');
    const action = record(area.action);
    const types = ['postback', 'message', 'uri', 'datetimepicker', 'richmenuswitch', 'clipboard'];
    require(types.includes(
      String(action.type),
    ), `areas[${index}].action.type`, `Must be one of the following values: [${types.join(', ')}]`);
    for (const [property, most] of [
      ['data', 300],
      ['text', 300],
      ['displayText', 300],
      ['label', 20],
      ['uri', 1000],
    ] as const)
      require(action[property] === undefined ||
        lengthOf(action[property], 'graphemes') <=
          most, `areas[${index}].action.${property}`, `Length must be between 0 and ${most}`);
  }
  return details.length > 0
    ? refuse(400, `The request body has ${details.length} error(s)`, { details })
    : undefined;
}

export function createMenu(platform: Platform, definition: Record<string, unknown>): Reply {
  const refused = refusedMenu(definition);
  if (refused) return refused;
  const id = `richmenu-${hex(platform.random, 32)}`;
  platform.menus.set(id, { id, definition });
  return { status: 200, body: { richMenuId: id } };
}

/** https://developers.line.biz/en/reference/messaging-api/#upload-rich-menu-image */
export function setMenuImage(platform: Platform, id: string, image: Content): Reply {
  const menu = platform.menus.get(id);
  if (!menu) return notFound;
  if (menu.image) return refuse(400, 'An image has already been uploaded to the richmenu');
  if (!['image/png', 'image/jpeg'].includes(image.type)) return refuse(415, 'Unsupported Media Type');
  if (image.bytes.length > 1024 * 1024) return refuse(413, 'Payload Too Large');
  const size = record(menu.definition.size);
  const drawn = pngSize(image.bytes);
  if (image.type === 'image/png' && (drawn?.width !== size.width || drawn?.height !== size.height))
    return refuse(400, "The image size doesn't match the rich menu's size");
  menu.image = image;
  platform.changed();
  return { status: 200, body: {} };
}

/** Makes a menu the account's (`userId` undefined) or one resident's. */
export function showMenu(platform: Platform, id: string, userId?: string): Reply {
  const menu = platform.menus.get(id);
  if (!menu) return notFound;
  if (!menu.image) return refuse(400, 'must upload richmenu image before applying it to user');
  if (userId === undefined) platform.defaultMenu = id;
  else {
    const person = platform.people.get(userId);
    if (!person) return refuse(400, 'Failed to link the rich menu to the user');
    person.menuId = id;
  }
  platform.changed();
  return { status: 200, body: {} };
}

export function deleteMenu(platform: Platform, id: string): Reply {
  if (!platform.menus.delete(id)) return notFound;
  if (platform.defaultMenu === id) platform.defaultMenu = undefined;
  for (const person of platform.people.values()) if (person.menuId === id) person.menuId = undefined;
  platform.changed();
  return { status: 200, body: {} };
}

export function hideMenu(platform: Platform, userId?: string): Reply {
  if (userId === undefined) platform.defaultMenu = undefined;
  else {
    const person = platform.people.get(userId);
    if (person) person.menuId = undefined;
  }
  platform.changed();
  return { status: 200, body: {} };
}

export const notFound: Reply = refuse(404, 'Not found');

export function listMenu({ id, definition }: Menu): object {
  return { richMenuId: id, ...definition };
}

/** Width and height stand at fixed places behind PNG's signature. */
function pngSize(bytes: Uint8Array): { width: number; height: number } | undefined {
  if (bytes.length < 24 || bytes[0] !== 0x89 || bytes[1] !== 0x50) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
