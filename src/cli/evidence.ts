import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { supervisorsOf } from '../alert/notice.ts';
import { verifyLog } from '../audit/verify.ts';
import { readConfig } from '../config.ts';
import {
  type OfficeAction,
  officeTable,
  type Role,
  roles,
  situations,
  strongRoles,
  type TalkAction,
  talkTable,
} from '../console/access.ts';
import { localized } from '../conversation/draft.ts';
import { openAlertsFile } from '../node/alerts.ts';
import { CannotStart, openData, rootFolder } from '../node/platform.ts';
import type { Checked } from '../privacy/accessibility.ts';
import { evidenceDocument } from '../privacy/evidence.ts';
import { everyone, passkeyHolders } from '../store/queries/staff.ts';
import type { Store } from '../store/store.ts';
import { flowInForce } from './open.ts';

const roleNames: Record<Role, string> = {
  counselor: '相談員',
  supervisor: 'スーパーバイザー',
  editor: 'フロー編集者',
  admin: '管理者',
  auditor: '監査',
};

const actionWords: Record<TalkAction | OfficeAction, string> = {
  read: '読む',
  accept: '受ける',
  'take-over': '引き取る',
  reply: '返信する',
  'give-back': 'ボットに戻す',
  close: '終える',
  'set-level': '危険度を変える',
  'set-categories': '分野を変える',
  transfer: '転送する',
  note: 'メモを書く',
  assess: '危険を確認する',
  refer: '窓口につなぐ',
  mute: '利用を止める',
  flag: '迷惑行為を報告する',
  'open-identity': '身元の開示を申請する',
  disclose: '開示請求の書き出しを申請する',
  queue: '列を見る',
  duty: '当番に入る',
  wall: '全体を見る',
  search: '終わった相談を検索する',
  directory: '窓口一覧を見る',
  canned: '定型文を直す',
  people: '職員を登録する',
  log: '記録を見る',
  approve: '開示を承認する',
  retention: '保存期間を見て、残す',
};
const wordOf = (action: TalkAction | OfficeAction): string => actionWords[action];

/** `madoguchi evidence [FILE]`: the evidence pack from the running configuration; without a file, to the terminal. */
export async function evidence([file]: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const read = readConfig(environment);
  if (!read.ok) throw new CannotStart(read.problems.join('\n'));
  const { config } = read;
  const at = Date.now();
  const { alerts } = openAlertsFile(rootFolder, config, { environment, now: at });
  const { store, vault, keys } = await openData(rootFolder, config.databaseUrl, config.key);
  try {
    const flow = (await flowInForce(config, store, at)).flow();
    const inJapanese = (text: Readonly<Record<string, string>>) => localized(text, 'ja', flow);
    const people = (await store.read(everyone(store.sql))).filter(({ active }) => active === 1);
    const strong = (held: string) => held.split(' ').some((role) => strongRoles.includes(role as Role));
    const passkeys = await store.read(passkeyHolders(store.sql));
    const hasSecond = (one: { id: string; twoFactorEnabled: number | null }) =>
      one.twoFactorEnabled === 1 || passkeys.some(({ userId }) => userId === one.id);
    const document = evidenceDocument({
      at,
      municipality: flow.municipality,
      service: flow.name,
      flow: { folder: config.flow, hash: flow.hash },
      talk: flow.desk.talk,
      trial: config.trial,
      engine: store.engine,
      // Where it is, without user and password.
      database: config.databaseUrl.replace(/\/\/[^@/]*@/u, '//'),
      publicUrl: config.publicUrl,
      consoleLimited: (config.consoleAllow?.length ?? 0) > 0,
      keys: keys.ring.byId.size,
      retention: flow.retention,
      roles: roles.map((role) => ({
        role: roleNames[role],
        talk: [...new Set(situations.flatMap((situation) => talkTable[role][situation]))].map(wordOf),
        office: officeTable[role].map(wordOf),
      })),
      people: {
        active: people.length,
        withSecondFactor: people.filter(hasSecond).length,
        strongWithout: people.filter((one) => !hasSecond(one) && strong(one.roles)).length,
      },
      log: await verifyLog({ store, hash: vault.auditHash }),
      opened: {
        identity: await count(store, 'identity-shown'),
        disclosure: await count(store, 'disclosure-shown'),
      },
      alerted: alerts
        ? [...alerts.plan.people.values()]
            .filter(({ id }) => alerts.plan.steps.some(({ to }) => to.includes(id)))
            .map(({ name }) => name)
        : null,
      supervisors: alerts
        ? supervisorsOf(alerts.plan).map((id) => alerts.plan.people.get(id)?.name ?? id)
        : [],
      firstMessage: flow.texts[flow.desk.talk === 'web' ? 'first_message_web' : 'first_message'].map((text) =>
        inJapanese(text)
          .replaceAll('{{ service }}', flow.name)
          .replaceAll('{{ desk.hours }}', inJapanese(flow.desk.hoursText)),
      ),
      checked: JSON.parse(readFileSync(join(rootFolder, 'docs', 'accessibility.json'), 'utf8')) as Checked,
    });
    if (!file) console.log(document);
    else {
      writeFileSync(resolve(file), document, { mode: 0o600 });
      console.log(`書きました: ${resolve(file)}`);
    }
    return 0;
  } finally {
    await store.close();
  }
}

async function count(store: Store, what: string): Promise<number> {
  const query = store.sql
    .selectFrom('audit')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .where('what', '=', what)
    .compile();
  const [row] = await store.read(query);
  return Number(row?.rows ?? 0);
}
