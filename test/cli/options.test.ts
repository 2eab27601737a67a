import { expect, test, vi } from 'vitest';
import { main } from '../../src/cli.ts';

test('an option that a command does not have is named in a sentence', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  expect(await main(['publish', 'flows/ise', '--wy', 'x'], {})).toBe(1);
  expect(said.mock.calls.flat().join('\n')).toMatch(/^「--wy」という書き方は/u);
  said.mockRestore();
});
