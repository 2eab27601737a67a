const keys = [
  ['Ctrl + Enter', '返信を送る'],
  ['/', '返信の欄で、定型文をさがす（↑↓で選び、Enterで入れる）'],
  ['Tab / Shift + Tab', '次・前の項目へ'],
  ['Esc', '開いている窓を閉じる'],
] as const;

/** The counselor's handbook, in short. */
export function HelpPage() {
  return (
    <article className="mx-auto flex max-w-3xl flex-col gap-6 p-4 sm:p-6 [&_h2]:text-xl [&_h2]:font-bold [&_li]:ml-6 [&_ol]:list-decimal [&_ul]:list-disc">
      <h1 className="text-2xl font-bold">使い方</h1>
      <section>
        <h2>はじめに</h2>
        <ol>
          <li>
            右上の「当番外」を押して「当番中」にします。当番中の人がいて受付時間内のときだけ、相談者に「いま対応できる」と伝わります。
          </li>
          <li>「相談」の画面では、いちばん危険の高い方が上に並びます。上から順に「対応する」を押します。</li>
          <li>
            同時に押しても、受けられるのはひとりだけです。もうひとりには、だれが対応しているかが出ます。
          </li>
        </ol>
      </section>
      <section>
        <h2>対応中</h2>
        <ul>
          <li>
            上の枠に、ボットに話した内容と、危険度の理由が出ます。黄色の印が、その理由になった言葉です。
          </li>
          <li>対応しているあいだ、ボットは話しません。「ボットに戻す」と、また案内をはじめます。</li>
          <li>
            書きかけの返信は、この端末に残ります。画面を閉じても、つづきから書けます（サインアウトすると消えます）。
          </li>
          <li>
            「送達不明」は、LINEが届いたかどうかを答えなかったものです。届いたか、相談者にたずねてください。
          </li>
          <li>メモ、申し送り、危険の確認は、相談者には見えません。</li>
        </ul>
      </section>
      <section>
        <h2>危険度</h2>
        <ul>
          <li>
            危険度は言葉から自動で上がります。自動で下がることはありません。下げるときは理由を書きます。
          </li>
          <li>
            死にたい気持ちが書かれていたら、はっきりたずねます。気持ち、方法、手段、時期、過去のこと、いまひとりかどうか、いま安全かどうか。
          </li>
          <li>
            いのちの危険が迫っているときは、ひとりで抱えず、すぐにスーパーバイザーを呼び、110番・119番をします。
          </li>
          <li>緊急になった相談は、「危険の確認」を記録してから終えます。</li>
        </ul>
      </section>
      <section>
        <h2>席を離れるとき</h2>
        <ul>
          <li>画面を閉じると、30秒ほどで「対応できる人」に数えられなくなります。</li>
          <li>
            対応中のまま戻れないときは、その相談は列に戻り、相談者にも伝わります。離れる前に「転送」で引き継いでください。
          </li>
        </ul>
      </section>
      <section>
        <h2>キーボード</h2>
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1">
          {keys.map(([key, what]) => (
            <div key={key} className="contents">
              <dt>
                <kbd className="rounded border border-edge bg-surface px-2 font-mono text-sm">{key}</kbd>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </section>
    </article>
  );
}
