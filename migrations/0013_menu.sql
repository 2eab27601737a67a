-- Residents whose rich menu no longer says who has the talk. Written with the event that changed it, gone once LINE shows the
-- other menu. See src/handle/menus.ts.

create table menu_change (
  conversation_id text primary key,
  version bigint not null,
  due_at bigint not null,
  attempts bigint not null
);

create index menu_change_due on menu_change (due_at);
