/** A link to a resident's own page, as LINE carries it. */
export type TalkLinkTable = {
  /** SHA-256 of the link's token; the token itself stands only in the link. */
  hash: string;
  conversation_id: string;
  expires_at: number;
  /** Hash of a secret of the browser that used it up; null until then. */
  used_by: string | null;
};

/** A browser that opened a resident's own page. */
export type TalkSessionTable = {
  /** SHA-256 of the cookie's value. */
  hash: string;
  conversation_id: string;
  created_at: number;
  expires_at: number;
  /** Everything said up to then has reached this browser; 0 until it has asked. */
  seen_at: number;
  /** The running minute (ms / 60,000) and what was sent in it: the rate limit. */
  minute: number;
  sent: number;
};

export type TalkTables = { talk_link: TalkLinkTable; talk_session: TalkSessionTable };
