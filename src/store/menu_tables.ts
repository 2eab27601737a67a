/** A resident whose rich menu is to be changed in LINE; which one they should see follows from the conversation's state. */
export type MenuChangeTable = {
  conversation_id: string;
  /** The event that changed it. */
  version: number;
  /** Not to be tried before, ms. */
  due_at: number;
  attempts: number;
};

export type MenuTables = { menu_change: MenuChangeTable };
