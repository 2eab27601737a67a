import { hex, messageId, ulid } from './ids.ts';
import type { Content, Person, Platform, Shown, Wire } from './platform.ts';
import { type Button, buttonsOf, choicesOf, textsOf } from './screen.ts';
import type { Webhooks, WireEvent } from './webhook.ts';

/** A person with a phone. Each act answers the status of the webhook it caused, or `null` (see `Webhooks`). */
export type Resident = ReturnType<typeof createResident>;

export function createResident(platform: Platform, webhooks: Webhooks, person: Person) {
  function event(type: string, more: Record<string, unknown>, answerable = true): WireEvent {
    const timestamp = platform.now();
    const replyToken = answerable ? hex(platform.random, 32) : undefined;
    if (replyToken)
      platform.tokens.set(replyToken, {
        userId: person.userId,
        eventAt: timestamp,
        from: timestamp,
        used: false,
      });
    return {
      type,
      mode: 'active',
      timestamp,
      source: { type: 'user', userId: person.userId },
      webhookEventId: ulid(timestamp, platform.random),
      deliveryContext: { isRedelivery: false },
      ...(replyToken && { replyToken }),
      ...more,
    };
  }

  /** Shows the resident's own message on their phone, and gives the event that tells of it. */
  function messageEvent(message: Wire): WireEvent {
    const id = messageId(platform.random);
    const quoteToken = hex(platform.random, 20);
    const chat = platform.account.chatMode === 'chat';
    person.shown.push({
      id,
      at: platform.now(),
      from: 'resident',
      message: { id, ...message },
      ...(!chat && { read: true }),
    });
    platform.changed();
    const markAsReadToken = chat ? hex(platform.random, 32) : undefined;
    if (markAsReadToken) platform.readTokens.set(markAsReadToken, person.userId);
    return event('message', {
      message: { id, quoteToken, ...(markAsReadToken && { markAsReadToken }), ...message },
    });
  }

  const write = async (message: Wire) => {
    if (person.relation === 'blocked') throw new Error('who has blocked the account cannot write to it');
    return webhooks.send([messageEvent(message)]);
  };

  async function press(button: Button): Promise<number | null> {
    const { action } = button;
    switch (action.type) {
      case 'message':
        return write({ type: 'text', text: String(action.text ?? action.label) });
      case 'postback': {
        // `displayText` is shown as if the resident had said it, but no message is sent.
        if (typeof action.displayText === 'string' && action.displayText)
          person.shown.push({
            id: messageId(platform.random),
            at: platform.now(),
            from: 'resident',
            message: { type: 'text', text: action.displayText },
            ...(platform.account.chatMode === 'bot' && { read: true }),
          });
        platform.changed();
        return webhooks.send([event('postback', { postback: { data: String(action.data) } })]);
      }
      default:
        // Addresses and telephone numbers are opened by the phone; the account learns nothing of it.
        return null;
    }
  }

  return {
    userId: person.userId,
    name: person.name,
    say: (text: string) => write({ type: 'text', text }),
    /** Several messages that LINE carries in one webhook. */
    sayAtOnce: (...texts: string[]) =>
      webhooks.send(texts.map((text) => messageEvent({ type: 'text', text }))),
    sendSticker: (packageId = '446', stickerId = '1988') =>
      write({ type: 'sticker', packageId, stickerId, stickerResourceType: 'STATIC', keywords: [] }),
    sendMedia: async (type: 'image' | 'video' | 'audio' | 'file', content: Content) => {
      const message: Wire = {
        type,
        ...(type === 'file'
          ? { fileName: 'file', fileSize: content.bytes.length }
          : { contentProvider: { type: 'line' } }),
        ...((type === 'audio' || type === 'video') && { duration: 4_000 }),
      };
      const sent = messageEvent(message);
      platform.contents.set((sent.message as { id: string }).id, content);
      return webhooks.send([sent]);
    },
    sendLocation: () =>
      write({ type: 'location', title: '', address: '', latitude: 34.4875, longitude: 136.7094 }),
    /** Presses what shows this label: a quick reply, else the newest button, else the rich menu. */
    tap: (label: string) => {
      const found = buttonsOf(platform, person).find((button) => button.label === label);
      if (!found) throw new Error(`nothing to tap is labelled 「${label}」`);
      return press(found);
    },
    press,
    /** Takes a message back, the last one unless told otherwise. */
    unsend: async (id?: string) => {
      const own = person.shown.filter(
        (shown) => shown.from === 'resident' && !shown.unsent && shown.message.id,
      );
      const found = id === undefined ? own.at(-1) : own.find((shown) => shown.id === id);
      if (!found) throw new Error('there is no message to take back');
      found.unsent = true;
      found.message = { type: 'unsent' };
      platform.contents.delete(found.id);
      platform.changed();
      return webhooks.send([event('unsend', { unsend: { messageId: found.id } }, false)]);
    },
    /** Adds the account as a friend, or lifts the block. */
    follow: async () => {
      const isUnblocked = person.relation === 'blocked';
      person.relation = 'friend';
      platform.changed();
      return webhooks.send([event('follow', { follow: { isUnblocked } })]);
    },
    block: async () => {
      person.relation = 'blocked';
      platform.changed();
      return webhooks.send([event('unfollow', {}, false)]);
    },
    /** The whole chat, oldest first. */
    messages: (): readonly Shown[] => person.shown,
    /** What the account has said, as one text for each message. */
    heard: (): string[] =>
      person.shown.filter(({ from }) => from === 'account').map(({ message }) => textsOf(message).join('\n')),
    /** Labels of the quick replies that show now. */
    choices: (): string[] => choicesOf(person).map(({ label }) => label),
    /** All labels that can be tapped now. */
    buttons: (): string[] => buttonsOf(platform, person).map(({ label }) => label),
    isTyping: (): boolean => person.loadingUntil > platform.now(),
    /** Waits for what the account says to satisfy a condition; rejects after `timeoutMs` with what was there instead. */
    waitFor: async <T>(
      condition: (heard: string[]) => T,
      timeoutMs = 20_000,
    ): Promise<Exclude<T, null | undefined | false>> => {
      const heard = () =>
        person.shown
          .filter(({ from }) => from === 'account')
          .map(({ message }) => textsOf(message).join('\n'));
      let expired = false;
      const timer = setTimeout(() => {
        expired = true;
        platform.changed();
      }, timeoutMs);
      try {
        for (;;) {
          const next = platform.nextChange();
          const result = condition(heard());
          if (result) return result as Exclude<T, null | undefined | false>;
          if (expired)
            throw new Error(`not heard within ${timeoutMs} ms; the phone shows: ${JSON.stringify(heard())}`);
          await next;
        }
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
