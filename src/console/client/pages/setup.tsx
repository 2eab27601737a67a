import { useQuery } from '@tanstack/react-query';
import type { InferResponseType } from 'hono/client';
import type { ReactNode } from 'react';
import { api, inWords, need } from '../api.ts';
import { useAction } from '../desk-data.ts';
import { Button } from '../parts/button.tsx';
import { Fault } from '../parts/field.tsx';
import { Link } from '../parts/link.tsx';

type Setup = InferResponseType<typeof api.setup.$get, 200>;

/** What stands between the first sign-in and the first resident, each with how it is now and where to change it. */
export function SetupPage() {
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => need(api.setup.$get()) });
  return (
    <div className="mx-auto max-w-3xl p-4 sm:p-6">
      <h1 className="mb-1 text-2xl font-bold">はじめの準備</h1>
      <p className="mb-4 text-soft">
        相談を受けはじめる前に、上から順に確かめます。あとからいつでも見られます。
      </p>
      {setup.isError && <Fault text={inWords(setup.error)} />}
      {setup.data && (
        <ol className="flex flex-col gap-4">
          <Hours desk={setup.data.desk} />
          <People people={setup.data.people} />
          <Line file={setup.data.desk.file} />
          <Emergency emergency={setup.data.emergency} />
          <Trial phone={setup.data.phone} file={setup.data.desk.file} />
        </ol>
      )}
    </div>
  );
}

const marks = {
  ok: { sign: '○', words: '済み', look: 'text-calm' },
  wrong: { sign: '×', words: '直すところがあります', look: 'text-imminent' },
  hand: { sign: '△', words: '確かめてください', look: 'text-high' },
} as const;
type State = keyof typeof marks;

function Step({ title, state, children }: { title: string; state: State | null; children: ReactNode }) {
  return (
    <li className="rounded-lg border border-line bg-surface p-4">
      <h2 className="mb-2 flex flex-wrap items-baseline justify-between gap-2 text-lg font-bold">
        {title}
        {state && (
          <span className={`text-sm ${marks[state].look}`}>
            <span aria-hidden="true">{marks[state].sign} </span>
            {marks[state].words}
          </span>
        )}
      </h2>
      <div className="flex flex-col gap-2">{children}</div>
    </li>
  );
}

/** The hours stand in the flow's file, which is checked and published; here is what they mean now, and where they are. */
function Hours({ desk }: { desk: Setup['desk'] }) {
  return (
    <Step title="1. 有人対応の時間" state={desk.example ? 'wrong' : 'hand'}>
      <p>
        <strong>{desk.hours}</strong>
        <span className={`ml-3 ${desk.open ? 'font-bold text-calm' : 'text-soft'}`}>
          {desk.open ? 'いまは受付中' : `いまは時間外${desk.nextOpen ? `（次は ${desk.nextOpen}）` : ''}`}
        </span>
      </p>
      <p className="text-sm">
        ひとりが同時に受ける数は{desk.capacity}件、一回のめやすは{desk.sessionMinutes}分です。
      </p>
      {desk.example && (
        <p className="font-bold text-high">
          これは、試すための「例」の時間です。正しい時間に直し、example: true の行を消してください。
        </p>
      )}
      <p className="text-sm">
        書いてある所は <code>{desk.file}</code> の <strong>{desk.line}行目</strong>、desk の{' '}
        <code>hours: {desk.rule}</code> です。直したら、サーバーで次の順に確かめて、公開します。
      </p>
      <Commands
        lines={[
          `npm run -s madoguchi -- check ${folderOf(desk.file)}`,
          `npm run -s madoguchi -- publish ${folderOf(desk.file)} --why "受付時間を直した"`,
        ]}
      />
    </Step>
  );
}

function People({ people }: { people: Setup['people'] }) {
  const enough = people.active >= 2 && people.supervisors >= 1;
  return (
    <Step title="2. 職員" state={enough ? 'ok' : 'wrong'}>
      <p>
        いま使える人は{people.active}人（うちスーパーバイザー{people.supervisors}人）、招待中は
        {people.invited}
        人です。当番は二人以上が基本です。ひとりが電話をするあいだも、もうひとりが話しつづけられます。
      </p>
      <p>
        <Link to="/people" className="font-bold text-accent underline">
          職員を招待する
        </Link>
      </p>
    </Step>
  );
}

function Line({ file }: { file: string }) {
  const check = useAction(() => need(api.setup.line.$post({})));
  const findings = check.data?.findings ?? [];
  const worst = (['wrong', 'hand', 'ok'] as const).find((state) =>
    findings.some((finding) => finding.state === state),
  );
  return (
    <Step title="3. LINEとの接続" state={worst ?? null}>
      <p>アカウント、Webhook、応答の設定を見て、LINEからこのサーバーへ一度通信してもらいます。</p>
      <p>
        トーク画面の下のメニュー（リッチメニュー）とWebhookは、LINEの鍵を設定したサーバーで次のコマンドを動かすと、LINEに入ります。
      </p>
      <Commands lines={[`npm run -s madoguchi -- line setup ${folderOf(file)}`]} />
      <div>
        <Button onClick={() => check.mutate(undefined)} disabled={check.isPending}>
          {check.isPending ? '確かめています…' : 'LINEとの接続を確かめる'}
        </Button>
      </div>
      <div role="status">
        {check.isError && <Fault text={inWords(check.error)} />}
        <ul className="flex flex-col gap-2">
          {findings.map(({ state, text, todo }) => (
            <li key={text} className="grid grid-cols-[1.5rem_1fr]">
              <span className={`font-bold ${marks[state].look}`}>
                <span aria-hidden="true">{marks[state].sign}</span>
                <span className="sr-only">{marks[state].words}: </span>
              </span>
              <span className="break-words">
                {text}
                {todo && <span className="block text-sm text-soft">→ {todo}</span>}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </Step>
  );
}

function Emergency({ emergency }: { emergency: Setup['emergency'] }) {
  const missing = emergency?.missing ?? [];
  return (
    <Step title="4. 緊急時カード" state={emergency && missing.length === 0 ? 'ok' : 'wrong'}>
      <p>
        {emergency === null
          ? '命の危険があるとき、だれに電話し何と言うかが、まだ書かれていません。フローの emergency.yaml に書きます。'
          : missing.length > 0
            ? `電話番号がまだない相手: ${missing.join('、')}。フローの emergency.yaml の phone に書きます。`
            : 'すべての相手に電話番号があります。'}
      </p>
      <p>
        <Link to="/emergency" className="font-bold text-accent underline">
          緊急時カードを見る
        </Link>
      </p>
    </Step>
  );
}

function Trial({ phone, file }: { phone: string | null; file: string }) {
  return (
    <Step title="5. 試しの相談" state={null}>
      {phone ? (
        <p>
          <a href={phone} target="_blank" rel="noreferrer" className="font-bold text-accent underline">
            相談者の電話をひらく
          </a>
          　友だち追加を押して「死にたい」と書き、こちらで受けて、返事が電話に届くまでを見ます。
        </p>
      ) : (
        <>
          <p>
            相談者と相談員の両方を、LINEをつながずに試せます。本番のデータとは別です。表示された二つのアドレスを開き、
            電話の画面で「死にたい」と書いて、相談員の画面で受けます。
          </p>
          <Commands lines={[`npm run demo -- --flow ${folderOf(file)} --port 3100`]} />
        </>
      )}
    </Step>
  );
}

const folderOf = (file: string) => file.split('/').slice(0, -1).join('/');

function Commands({ lines }: { lines: readonly string[] }) {
  return (
    <pre className="overflow-x-auto rounded bg-sunken p-3 text-sm whitespace-pre-wrap">
      <code>{lines.join('\n')}</code>
    </pre>
  );
}
