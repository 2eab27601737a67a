import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { step } from '../conversation/step.ts';
import { Line } from '../flow/transcript/file.ts';
import { Stage } from '../flow/transcript/stage.ts';
import { readInstant } from '../node/demo-clock.ts';
import { CannotStart } from '../node/platform.ts';
import { openForStaff } from './open.ts';

const help = `書くと相談者のことばになります。数字でボタンを押します。
/wait 10m  時間をたたせる      /at 2026-11-24 10:00  時刻を進める
/send sticker  スタンプを送る   /counselors 0         当番の数を変える
/accept 田中  相談員が受ける    /counselor こんにちは  相談員が書く
/close 結果   相談員が終える    /give_back  ボットに戻す    /q  やめる`;

/** `madoguchi chat flows/ise [--at …]`: talks with the bot in the terminal, through the real conversation. */
export async function chat(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    options: { at: { type: 'string' }, language: { type: 'string' } },
    allowPositionals: true,
  });
  const at = values.at === undefined ? Date.now() : readInstant(values.at);
  if (at === null) throw new CannotStart('--at は 2026-11-23T10:00 のように書いてください。');
  const { flow, detect } = openForStaff(positionals[0]);
  const stage = new Stage(
    { flow, detect, step },
    {
      name: 'chat',
      at: new Date(at).toISOString(),
      counselors: 1,
      returning: false,
      talk: [],
      ...(values.language ? { language: values.language } : {}),
    },
  );
  console.log(`${help}\n`);
  act(stage, { follow: true });
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' });
  lines.prompt();
  for await (const typed of lines) {
    const text = typed.trim();
    if (text === '/q') break;
    const line = text === '' ? null : understand(text, stage);
    if (typeof line === 'string') console.log(line);
    else if (line) act(stage, line);
    lines.prompt();
  }
  lines.close();
  return 0;
}

/** What somebody typed, as a line of a transcript; a sentence when it cannot be one. */
function understand(text: string, stage: Stage): Line | string {
  const number = /^\d+$/u.test(text) ? stage.offered[Number(text) - 1] : undefined;
  if (number) return { tap: number.label };
  const command = /^\/(\w+)\s*(.*)$/u.exec(text);
  if (!command) return { resident: text };
  const [, key = '', rest = ''] = command;
  const value = rest === '' ? true : key === 'counselors' ? Number(rest) : rest;
  const line = Line.safeParse({ [key]: value });
  return line.success ? line.data : help;
}

/** Does it, lets the bot answer, and shows what is new, with the buttons numbered. */
function act(stage: Stage, line: Line): void {
  const known = stage.chat.length;
  const problem = stage.act(line);
  stage.settle();
  if (problem) console.log(problem);
  const shown = stage.chat
    .slice(known)
    .filter(({ who, text }) => who !== '相談者' && !/^(?:［[^］]*］)+$/u.test(text));
  for (const { who, text } of shown) console.log(`${who}: ${text}\n`);
  console.log(stage.offered.map(({ label }, index) => `[${index + 1}] ${label}`).join('  '));
}
