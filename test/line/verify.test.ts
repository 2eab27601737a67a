import { expect, test } from 'vitest';
import { isSignedByLine } from '../../src/line/verify.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const signed = (text: string, signature: string | null) => ({ body: bytes(text), signature });

const secret = '8c570fa6dd201bb328f1c1eac23a96d8';
const body = '{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}';
const signature = 'GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=';

test.each([
  [secret, body, signature],
  ['SECRET', '{}', '3q8QXTAGaey18yL8FWTqdVlbMr6hcuNvM4tefa0o9nA='],
])("accepts LINE's own vectors", (key, text, value) => {
  expect(isSignedByLine(signed(text, value), key)).toBe(true);
});

test('refuses a changed body, also one that means the same JSON', () => {
  for (const text of [`${body} `, body.replace(',', ', '), '', '{}'])
    expect(isSignedByLine(signed(text, signature), secret)).toBe(false);
});

test('refuses missing, malformed and foreign signatures without throwing', () => {
  expect(isSignedByLine(signed(body, null), secret)).toBe(false);
  for (const value of [
    '',
    ' ',
    'x',
    '====',
    signature.slice(0, -1),
    `${signature}=`,
    'A'.repeat(44),
    'A'.repeat(9999),
  ])
    expect(isSignedByLine(signed(body, value), secret)).toBe(false);
  expect(isSignedByLine(signed(body, `${signature}, ${signature}`), secret)).toBe(false);
  expect(isSignedByLine(signed(body, signature), 'another secret')).toBe(false);
});
