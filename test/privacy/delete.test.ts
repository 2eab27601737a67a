import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openThread, type Thread } from '../handle/thread.ts';

let thread: Thread;
beforeEach(async () => {
  thread = await openThread();
});
afterEach(() => thread.close());

const says = (text: string) => thread.happens({ kind: 'text', text });
const taps = (data: string) => thread.happens({ kind: 'choice', data });
const keys = async () =>
  (
    await thread.store.read(
      thread.store.sql.selectFrom('consultation').select(['sealed_key']).orderBy('opened_at').compile(),
    )
  ).map(({ sealed_key }) => (sealed_key === null ? 'gone' : 'kept'));

/** A resident whom a counselor answers. */
async function answered(first = '人と話したい'): Promise<void> {
  await says(first);
  await thread.passes(5_000);
  await says('人と話したい');
  await thread.passes(5_000);
  await thread.happens({ kind: 'accept', staff: 's' });
  await thread.happens({ kind: 'reply', staff: 's', text: 'お話を聞かせてください' });
}

describe('「データを消して」 while a counselor has the talk', () => {
  test('asks, and deletes on a yes: typed or tapped', async () => {
    for (const yes of [() => says('はい'), () => taps('delete|yes')]) {
      await thread.close();
      thread = await openThread();
      await answered();
      await says('データを消して');
      expect((await thread.said()).at(-1)).toContain('消しますか');
      expect((await thread.conversation()).state).toBe('human');
      await yes();
      expect(await thread.said()).toEqual([expect.stringContaining('記録を消しました')]);
      expect(await keys()).toEqual(['gone', 'kept']);
      expect((await thread.conversation()).state).toBe('closed');
    }
  });

  test('a no keeps everything, and the counselor goes on alone: the bot offers nothing of its own', async () => {
    await answered();
    await says('データを消して');
    await says('いいえ');
    expect((await thread.said()).at(-1)).toContain('消さずに残します');
    const before = (await thread.said()).length;
    await says('相談を続けます');
    expect(await thread.said()).toHaveLength(before);
    expect(await keys()).toEqual(['kept']);
  });

  test('a yes to the counselor is no yes to the question before it', async () => {
    await answered();
    await says('データを消して');
    await thread.happens({ kind: 'reply', staff: 's', text: '明日もお話しできますか' });
    await says('はい');
    expect(await keys()).toEqual(['kept']);
    // A tap on the old button asks anew.
    await taps('delete|yes');
    expect((await thread.said()).at(-1)).toContain('消しますか');
    expect(await keys()).toEqual(['kept']);
  });

  test('a question left open before the counselor came is not answered by words to the counselor', async () => {
    await says('人と話したい');
    await thread.passes(5_000);
    await says('データを消して');
    await thread.happens({ kind: 'accept', staff: 's' });
    await says('はい');
    expect(await keys()).toEqual(['kept']);
  });

  test('somebody in danger stays with the counselor, without content, and is told so', async () => {
    await answered('今から死にます。薬を飲みました');
    const { level } = await thread.conversation();
    expect(level).toBeGreaterThanOrEqual(2);
    await says('データを消して');
    await says('はい');
    const after = await thread.conversation();
    expect(after).toMatchObject({ state: 'human', level });
    const [told, stays] = await thread.said();
    expect(told).toContain('記録を消しました');
    expect(stays).toContain('つながったまま');
    expect(JSON.stringify(await thread.records())).not.toContain('薬');
    // What comes next reaches the counselor again.
    await says('まだいます');
    expect(JSON.stringify(await thread.records())).toContain('まだいます');
  });
});

test('while waiting it deletes too, and who is in danger stays in the queue', async () => {
  await says('今から死にます');
  await thread.passes(5_000);
  expect((await thread.conversation()).state).toBe('waiting');
  await says('データを消して');
  await says('はい');
  expect((await thread.conversation()).state).toBe('waiting');
  expect((await thread.said()).join()).toContain('つながったまま');
});
