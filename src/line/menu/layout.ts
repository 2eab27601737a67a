/** A rectangle in pixels of the picture; whole numbers, as LINE asks. */
export type Bounds = { x: number; y: number; width: number; height: number };

export type Layout = { width: number; height: number; header: Bounds | null; areas: Bounds[] };

/** LINE's two usual sizes; the ratio must be at least 1.45. https://developers.line.biz/en/reference/messaging-api/#rich-menu-object */
const WIDTH = 2500;
const TALL = 1686;
const LOW = 843;
/** The band that says who is talking. */
const HEADER = 180;

/** How many buttons stand in each row, by their number: never more than three beside each other, so that thumbs hit them. */
const rows: Record<number, number[]> = { 1: [1], 2: [2], 3: [3], 4: [2, 2], 5: [2, 3], 6: [3, 3] };

/** Divides the picture among 1 to 6 buttons. With a header one row is left, of up to three. */
export function layOut(count: number, hasHeader: boolean): Layout {
  const plan = rows[count] ?? [3, 3];
  const height = plan.length > 1 ? TALL : LOW;
  const top = hasHeader ? HEADER : 0;
  const edge = (parts: number, part: number, from: number, to: number) =>
    Math.round(from + ((to - from) * part) / parts);
  const areas = plan.flatMap((inRow, row) =>
    Array.from({ length: inRow }, (_, column): Bounds => {
      const [x, right] = [edge(inRow, column, 0, WIDTH), edge(inRow, column + 1, 0, WIDTH)];
      const [y, bottom] = [edge(plan.length, row, top, height), edge(plan.length, row + 1, top, height)];
      return { x, y, width: right - x, height: bottom - y };
    }),
  );
  const header = hasHeader ? { x: 0, y: 0, width: WIDTH, height: HEADER } : null;
  return { width: WIDTH, height, header, areas: areas.slice(0, count) };
}
