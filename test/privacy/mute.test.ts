import { afterEach, beforeEach, expect, test } from 'vitest';
import { openThread, type Thread } from '../handle/thread.ts';

let thread: Thread;
beforeEach(async () => {
  thread = await openThread();
  await thread.happens({ kind: 'text', text: '人と話したい' });
  await thread.passes(5_000);
  await thread.happens({ kind: 'accept', staff: 's' });
});
afterEach(() => thread.close());

const answersTo = async (text: string) => {
  const before = (await thread.said()).length;
  await thread.happens({ kind: 'text', text });
  await thread.passes(5_000);
  return (await thread.said()).slice(before).join('\n');
};

test('a muted resident hears until when, keeps the numbers, and talks again afterwards', async () => {
  expect(
    await thread.happens({ kind: 'mute', staff: 's', minutes: 30, reason: 'くりかえし暴言' }),
  ).toMatchObject({ ok: true });
  expect(await thread.conversation()).toMatchObject({ state: 'bot' });
  expect((await thread.said()).join('\n')).toContain('10:30 まで');
  const answer = await answersTo('早く出せ');
  expect(answer).toContain('10:30 まで');
  expect(answer).toMatch(/0120-|110|119/u);
  expect(answer).not.toContain('暴言');
  expect(await thread.conversation()).toMatchObject({ state: 'bot' });
  await thread.passes(31 * 60_000);
  expect(await answersTo('人と話したい')).not.toContain('まで、相談員につなぐのをお休み');
  expect(await thread.conversation()).toMatchObject({ state: 'waiting' });
});

test('danger is heard all the same, and brings a human', async () => {
  await thread.happens({ kind: 'mute', staff: 's', minutes: 30, reason: '暴言' });
  expect(await answersTo('もう死にたい')).toContain('119');
  expect(await thread.conversation()).toMatchObject({ state: 'waiting', level: 2 });
});

test('somebody in danger is not muted; a reason is needed', async () => {
  expect(await thread.happens({ kind: 'mute', staff: 's', minutes: 30, reason: ' ' })).toMatchObject({
    refusal: { why: 'reason-needed' },
  });
  await thread.happens({ kind: 'set-level', staff: 's', level: 'high', reason: '' });
  expect(await thread.happens({ kind: 'mute', staff: 's', minutes: 30, reason: '暴言' })).toMatchObject({
    refusal: { why: 'in-danger' },
  });
});

test('deleting one’s data stays open to a muted resident', async () => {
  await thread.happens({ kind: 'mute', staff: 's', minutes: 30, reason: '暴言' });
  await answersTo('データを消して');
  await answersTo('はい');
  // What was said before went with the rest.
  expect((await thread.said()).join('\n')).toContain('記録を消しました');
});

test('a report of harassment stands in the talk and in the log, without its words', async () => {
  await thread.happens({ kind: 'flag', staff: 's', what: 'sexual', note: 'いやな言葉をくりかえす' });
  const log = await thread.store.read(thread.store.sql.selectFrom('audit').selectAll().compile());
  expect(log.at(-1)).toMatchObject({ what: 'flag', detail: '{"kind":"sexual"}' });
  expect(JSON.stringify(log)).not.toContain('いやな');
  expect(JSON.stringify(await thread.records())).toContain('性的ないやがらせの報告');
});

test('whoever sends more than fingers can is answered in one sentence, and still heard', async () => {
  await thread.happens({ kind: 'give-back', staff: 's' });
  for (let i = 0; i < 61; i++) await thread.happens({ kind: 'media', media: 'sticker' });
  expect((await thread.said()).at(-1)).toContain('続けてたくさん');
  expect(await answersTo('死にたい')).toContain('119');
  await thread.passes(60_000);
  const { state } = await thread.conversation();
  expect(state).toBe('waiting');
});
