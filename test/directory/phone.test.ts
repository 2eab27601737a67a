import { expect, test } from 'vitest';
import { dialable } from '../../src/directory/phone.ts';

test.each([
  ['0596-21-5556', '0596215556'],
  ['03-1234-5678', '0312345678'],
  ['0120-0-78310', '0120078310'],
  ['0570-064-556', '0570064556'],
  ['090-1234-5678', '09012345678'],
  ['0800-123-4567', '08001234567'],
  ['110', '110'],
  ['#9110', '#9110'],
])('%s can be dialled', (printed, digits) => expect(dialable(printed)).toBe(digits));

test.each([
  '0596-21-555',
  '0596-21-55566',
  '596-21-5556',
  '090-123-4567',
  '111',
  '#911',
  '0596 21 5556',
  '０５９６-21-5556',
  '00-1234-5678',
  '内線123',
])('%s cannot', (printed) => expect(dialable(printed)).toBeUndefined());
