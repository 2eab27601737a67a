import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';

/** What the police need to ask LINE with. `at`: LINE's time of each message, ms. Texts are not part of it. */
export type Sheet = {
  userId: string;
  /** The city's LINE account; null when LINE could not be asked. */
  channel: { id: string; name: string; basicId: string } | null;
  messages: { at: number; kind: string }[];
};

export type SheetDeps = {
  store: Store;
  vault: Vault;
  channel(): Promise<Sheet['channel']>;
};

/** The sheet for the police call. Only behind an approval of two; undefined when the conversation is gone. */
export async function policeSheet(
  { store, vault, channel }: SheetDeps,
  consultationId: string,
): Promise<Sheet | undefined> {
  const { sql } = store;
  const [row] = await store.read(
    sql
      .selectFrom('consultation')
      .innerJoin('conversation', 'conversation.id', 'consultation.conversation_id')
      .select(['conversation.id', 'conversation.sealed_user'])
      .where('consultation.id', '=', consultationId)
      .compile(),
  );
  if (!row) return undefined;
  const messages = await store.read(
    sql
      .selectFrom('event')
      .select(['at', 'kind'])
      .where('conversation_id', '=', row.id)
      .where('kind', 'in', ['text', 'choice', 'media', 'follow'])
      .orderBy('version', 'desc')
      .limit(50)
      .compile(),
  );
  return { userId: vault.openUser(row.id, row.sealed_user), channel: await channel(), messages };
}
