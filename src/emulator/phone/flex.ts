import { h } from './dom.ts';

type Fields = Record<string, unknown>;

/** What a tap on a button does; the phone decides. */
export type Press = (action: Fields) => void;

/**
 * Draws LINE's Flex containers, as far as our cards use them: boxes, texts, separators, buttons.
 * https://developers.line.biz/en/reference/messaging-api/#flex-message
 */
export function drawFlex(contents: Fields, press: Press): HTMLElement {
  if (contents.type !== 'carousel') return bubble(contents, press);
  const bubbles = list(contents.contents).map((one) => h('li', {}, bubble(one, press)));
  return h(
    'ul',
    { class: 'carousel', tabindex: '0', 'aria-label': `カード ${bubbles.length}枚（横に動かせます）` },
    ...bubbles,
  );
}

/** A button of any message. Telephone numbers and addresses are links, so that they can be read before they are followed. */
export function drawButton(action: Fields, press: Press, className: string): HTMLElement {
  const label = String(action.label ?? action.text ?? '');
  if (action.type !== 'uri')
    return h('button', { type: 'button', class: className, onclick: () => press(action) }, label);
  const uri = String(action.uri);
  const web = /^https?:/iu.test(uri);
  return h(
    'a',
    {
      class: className,
      href: web || uri.startsWith('tel:') ? uri : undefined,
      ...(web && { target: '_blank', rel: 'noreferrer' }),
      onclick: (event) => {
        if (!web) event.preventDefault();
        press(action);
      },
    },
    label,
  );
}

function bubble(contents: Fields, press: Press): HTMLElement {
  const blocks = ['header', 'hero', 'body', 'footer'].flatMap((name) => {
    const block = contents[name];
    return isFields(block) ? [h('div', { class: `flex-${name}` }, component(block, press, 'vertical'))] : [];
  });
  return h('div', { class: `flex-bubble size-${word(contents.size) ?? 'mega'}` }, ...blocks);
}

function component(node: Fields, press: Press, parent: string): HTMLElement | '' {
  switch (node.type) {
    case 'box':
      return box(node, press, parent);
    case 'text':
      return text(node, parent);
    case 'button': {
      const action = isFields(node.action) ? node.action : {};
      const style = word(node.style) ?? 'link';
      const drawn = drawButton(action, press, `flex-button ${style}${node.height === 'sm' ? ' small' : ''}`);
      const tint = color(node.color);
      if (tint && style !== 'link') drawn.style.backgroundColor = tint;
      else if (tint) drawn.style.color = tint;
      return grow(drawn, node, parent);
    }
    case 'separator': {
      const line = h('div', { class: 'flex-separator' });
      const tint = color(node.color);
      if (tint) line.style.backgroundColor = tint;
      return line;
    }
    case 'filler':
      return h('div', { class: 'flex-filler' });
    default:
      return '';
  }
}

function box(node: Fields, press: Press, parent: string): HTMLElement {
  const layout = word(node.layout) ?? 'vertical';
  const element = h(
    'div',
    { class: `flex-box ${layout}` },
    ...list(node.contents).map((child) => component(child, press, layout)),
  );
  const { style } = element;
  style.gap = spacing[String(node.spacing)] ?? pixels(node.spacing) ?? '';
  style.padding = pixels(node.paddingAll) ?? '';
  style.paddingInlineStart = pixels(node.paddingStart) ?? style.paddingInlineStart;
  style.paddingInlineEnd = pixels(node.paddingEnd) ?? style.paddingInlineEnd;
  style.paddingTop = pixels(node.paddingTop) ?? style.paddingTop;
  style.paddingBottom = pixels(node.paddingBottom) ?? style.paddingBottom;
  style.backgroundColor = color(node.backgroundColor) ?? '';
  style.borderRadius = pixels(node.cornerRadius) ?? '';
  if (pixels(node.borderWidth))
    style.border = `${pixels(node.borderWidth)} solid ${color(node.borderColor) ?? '#000'}`;
  return grow(element, node, parent);
}

function text(node: Fields, parent: string): HTMLElement {
  const element = h(
    'p',
    { class: `flex-text size-${word(node.size) ?? 'md'}${node.wrap ? ' wrap' : ''}` },
    String(node.text ?? ''),
  );
  element.style.color = color(node.color) ?? '';
  element.style.fontWeight = node.weight === 'bold' ? '700' : '';
  element.style.textAlign = word(node.align) ?? '';
  return grow(element, node, parent);
}

/** In a row, LINE shares the width by `flex`, 1 when unsaid; in a column each part has its own height. */
function grow<Element extends HTMLElement>(element: Element, node: Fields, parent: string): Element {
  if (parent === 'vertical') return element;
  const share = typeof node.flex === 'number' ? node.flex : 1;
  element.style.flex = share === 0 ? '0 0 auto' : `${share} 1 0`;
  return element;
}

const spacing: Record<string, string> = {
  none: '0',
  xs: '2px',
  sm: '4px',
  md: '8px',
  lg: '12px',
  xl: '16px',
  xxl: '20px',
};

/** Only what CSS can safely take: these values come from the account. */
const color = (value: unknown) =>
  typeof value === 'string' && /^#[\da-f]{6,8}$/iu.test(value) ? value : undefined;
const pixels = (value: unknown) =>
  typeof value === 'string' && /^\d+(?:\.\d+)?px$/u.test(value) ? value : spacing[String(value)];
const word = (value: unknown) =>
  typeof value === 'string' && /^[a-z0-9]+$/iu.test(value) ? value : undefined;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
