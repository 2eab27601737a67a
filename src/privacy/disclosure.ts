import { japaneseTime } from '../audit/export.ts';
import { type EventRecord, type Incoming, sealContext } from '../handle/record.ts';
import type { Message } from '../message/message.ts';
import type { Store } from '../store/store.ts';
import { Unsealable } from '../vault/seal.ts';
import type { DataKey, Vault } from '../vault/vault.ts';

export type DisclosureDeps = { store: Store; vault: Vault; now(): number };

/**
 * All consultations of the resident whose consultation this is, as a Japanese text for a disclosure request (開示請求): what
 * they wrote, what was answered, what staff noted. No LINE user id; people of the city appear by their roles.
 * Only behind an approval of two; undefined when nothing is left.
 */
export async function disclosureDocument(
  { store, vault, now }: DisclosureDeps,
  consultationId: string,
): Promise<string | undefined> {
  const { sql } = store;
  const [asked] = await store.read(
    sql.selectFrom('consultation').select('conversation_id').where('id', '=', consultationId).compile(),
  );
  if (!asked?.conversation_id) return undefined;
  const consultations = await store.read(
    sql
      .selectFrom('consultation')
      .selectAll()
      .where('conversation_id', '=', asked.conversation_id)
      .orderBy('opened_at')
      .compile(),
  );
  const parts = [
    `開示請求のための書き出し（${japaneseTime(now())} 作成）`,
    '氏名・住所・LINE の利用者番号は持っていないか、ここには入れていません。請求者がこの相談をした本人かどうかは、別に確かめてください。',
    '第三者の情報や、開示しない部分がないかを、渡す前に担当課で確かめてください。',
  ];
  for (const consultation of consultations) {
    parts.push(
      `\n■ 相談 ${consultation.id}\n受付 ${japaneseTime(consultation.opened_at)}　終了 ${consultation.closed_at === null ? '（対応中）' : japaneseTime(consultation.closed_at)}`,
    );
    const { sealed_key } = consultation;
    const key = sealed_key === null ? null : opened(() => vault.unwrap(sealed_key, consultation.id));
    if (key === null) {
      parts.push('内容は保存期間を過ぎたか、本人の求めで消されており、残っていません。');
      const { notes_key } = consultation;
      const notesKey = notes_key === null ? null : opened(() => vault.unwrap(notes_key, consultation.id));
      if (notesKey !== null) parts.push(...(await notesOf(store, vault, notesKey, consultation.id)));
      continue;
    }
    parts.push(...(await linesOf(store, vault, key, consultation.id)));
    parts.push(...(await notesOf(store, vault, key, consultation.id)));
  }
  return `${parts.join('\n')}\n`;
}

async function linesOf(store: Store, vault: Vault, key: DataKey, consultation: string): Promise<string[]> {
  const rows = await store.read(
    store.sql
      .selectFrom('event')
      .select(['conversation_id', 'version', 'kind', 'at', 'sealed'])
      .where('consultation_id', '=', consultation)
      .orderBy('version')
      .compile(),
  );
  return rows.flatMap((row) => {
    const { sealed } = row;
    if (sealed === null) return [];
    const context = sealContext.event(row.conversation_id, row.version);
    const record = opened(() => JSON.parse(vault.open(key, context, sealed)) as EventRecord);
    const at = japaneseTime(row.at);
    if (!record) return [`${at}　（開けない記録）`];
    const from = row.kind === 'reply' || row.kind === 'refer' ? '相談員' : '案内';
    return [
      ...(record.in ? [`${at}　本人: ${wordsOf(record.in)}`] : []),
      ...record.said.flatMap(({ messages }) => messages.map((said) => `${at}　${from}: ${textOf(said)}`)),
    ];
  });
}

async function notesOf(store: Store, vault: Vault, key: DataKey, consultation: string): Promise<string[]> {
  const rows = await store.read(
    store.sql
      .selectFrom('staff_note')
      .selectAll()
      .where('consultation_id', '=', consultation)
      .orderBy('at')
      .compile(),
  );
  return rows.map(({ id, at, sealed }) => {
    const text = opened(() => vault.open(key, `staff_note:${id}`, sealed));
    return `${japaneseTime(at)}　職員の記録: ${text ?? '（開けない記録）'}`;
  });
}

function opened<T>(open: () => T): T | null {
  try {
    return open();
  } catch (error) {
    if (error instanceof Unsealable) return null;
    throw error;
  }
}

const wordsOf = (incoming: Incoming): string => {
  if (incoming.kind === 'text') return incoming.text;
  if (incoming.kind === 'choice') return `［${incoming.label}］`;
  return incoming.kind === 'media' ? `（${incoming.media}）` : '（取り消し）';
};

const textOf = (message: Message): string =>
  message.kind === 'windows'
    ? message.cards.map(({ name, phone }) => `${name} ${phone ?? ''}`.trim()).join('／')
    : message.text;
