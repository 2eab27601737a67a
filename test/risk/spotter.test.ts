import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSpotter } from '../../src/risk/spotter.ts';

/** Few letters, so that words begin, hold and end each other; one of them at the far end of the alphabet. */
const word = fc.string({ unit: fc.constantFrom('し', 'に', '死', '\uffff'), maxLength: 4 });
const strings = fc.array(fc.record({ text: word, id: fc.nat(9) }), { maxLength: 24 });
const text = fc.string({ unit: fc.constantFrom('し', 'に', '死', '\uffff', '。'), maxLength: 20 });

test('spots what a search for each string finds, each id once', () =>
  fc.assert(
    fc.property(strings, text, fc.nat(20), fc.nat(20), (listed, said, start, length) => {
      const spotter = createSpotter(listed);
      const end = Math.min(said.length, start + length);
      const stretch = said.slice(start, end);
      const wanted = new Set(
        listed.filter(({ text }) => text !== '' && stretch.includes(text)).map(({ id }) => id),
      );
      // Once more for the same answer: what was seen the time before is forgotten.
      for (let round = 0; round < 2; round++) {
        const met = spotter.spot(said, start, end);
        expect(met.length).toBe(wanted.size);
        expect(new Set(met)).toEqual(wanted);
        for (let id = 0; id < 10; id++) expect(spotter.spotted(id)).toBe(wanted.has(id));
      }
    }),
  ));

test('reads from left to right, the longest string at each place', () =>
  fc.assert(
    fc.property(strings, text, (listed, said) => {
      const read: [number, number, number][] = [];
      createSpotter(listed).read(said, 0, said.length, (id, start, end) => read.push([id, start, end]));
      const wanted: [number, number, number][] = [];
      for (let i = 0; i < said.length; ) {
        const here = listed.filter(({ text }) => text !== '' && said.startsWith(text, i));
        const most = Math.max(0, ...here.map(({ text }) => text.length));
        const ids = new Set(here.filter(({ text }) => text.length === most).map(({ id }) => id));
        for (const id of ids) wanted.push([id, i, i + most]);
        i += Math.max(1, most);
      }
      expect(read).toEqual(wanted);
    }),
  ));
