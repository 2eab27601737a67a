import { expect, test } from 'vitest';
import { openContent } from '../../src/content.ts';
import { readFlowFiles } from '../../src/node/files.ts';
import { rootFolder } from '../../src/node/platform.ts';
import { EMERGENCY, loadTown, places, replaced } from './small-town.ts';

const now = Date.parse('2026-11-24T02:00+09:00');
const served = { flow: 'flows/ise', now: () => now, examples: true, publicUrl: '' };

test.each(['ise', 'fuchu', 'kumamoto'])(
  '%s: the card has the numbers of the directory, and says what is missing',
  (town) => {
    const opened = openContent(() => readFlowFiles(rootFolder), { ...served, flow: `flows/${town}` });
    if (!opened.ok) throw new Error(opened.message);
    const lines = opened.content.flows.emergency(now)?.calls.flatMap((call) => call.lines) ?? [];
    const phones = lines.map(({ phone }) => phone);
    expect(phones).toEqual(expect.arrayContaining(['110', '119', '189', null]));
    expect(lines.filter(({ phone, unconfirmed }) => phone !== null && unconfirmed)).toEqual([]);
  },
);

test('a revision put in force brings its card along, and without one there is none', () => {
  const files = new Map(readFlowFiles(rootFolder));
  const opened = openContent(() => files, served);
  if (!opened.ok) throw new Error(opened.message);
  const { serve, flows } = opened.content;
  const changed = new Map(files).set('ise/emergency.yaml', EMERGENCY);
  expect(serve(changed).ok).toBe(true);
  expect(flows.emergency(now)).toMatchObject({
    calls: [{ when: '命の危険', lines: [{ phone: '110' }, { phone: '119' }], say: '町の相談です。' }],
  });
  changed.delete('ise/emergency.yaml');
  expect(serve(changed).ok).toBe(true);
  expect(flows.emergency(now)).toBeNull();
});

test('staff are told of a card that would leave a counselor without a number', () => {
  const told = (emergency: string) =>
    places(loadTown({ emergency }).diagnostics).filter((place) => place.includes('emergency'));
  expect(told(EMERGENCY)).toEqual([]);
  expect(told(replaced(EMERGENCY, 'ambulance-119', 'ambulance-911'))).toEqual([
    'town/emergency.yaml 1 emergency-without-110',
    'town/emergency.yaml 3 unknown-window',
  ]);
  expect(told(`${EMERGENCY}  - { when: 夜間, say: 伝える }\n`)).toEqual([
    'town/emergency.yaml 5 call-to-nobody',
  ]);
  expect(told(`${EMERGENCY}  - { when: 夜間, who: 責任者, say: 伝える }\n`)).toEqual([
    'town/emergency.yaml 5 emergency-number-missing',
  ]);
  expect(told(`${EMERGENCY}  - { when: 夜間, to: [police-110], phone: "000", say: 伝える }\n`)).toEqual([
    'town/emergency.yaml 5 phone-of-nobody',
  ]);
  expect(told('calls: なし\n')).toEqual([expect.stringContaining('town/emergency.yaml 1 ')]);
});
