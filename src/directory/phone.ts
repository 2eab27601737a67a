/** Numbers of three or four digits that are dialled alone, as assigned by 総務省. */
const SHORT = /^(?:110|118|119|171|188|189)$/u;
/** Local short dials: `#9110`, `#8008`. */
const SHARP = /^#\d{4}$/u;
/** In Japan a number has ten digits, or eleven for mobile (070, 080, 090), IP (050) and free dial 0800. */
const LONG = /^0(?:[1-9]\d{8}|(?:50|70|80|90)\d{8}|800\d{7})$/u;

/** What a `tel:` link dials: the number without hyphens. Undefined when no Japanese telephone could have it. */
export function dialable(printed: string): string | undefined {
  if (!/^[#0-9][0-9-]*$/u.test(printed)) return undefined;
  const digits = printed.replaceAll('-', '');
  if (/^0[5789]0/u.test(digits) || digits.startsWith('0800'))
    return digits.length === 11 && LONG.test(digits) ? digits : undefined;
  return SHORT.test(digits) || SHARP.test(digits) || LONG.test(digits) ? digits : undefined;
}
