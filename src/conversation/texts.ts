/** Words understood at every step, typed or as a button. */
export const globalWords = ['start', 'human', 'quit', 'language', 'delete'] as const;
export type GlobalWord = (typeof globalWords)[number];

/** What stands on the resident's own page besides the talk (`desk.talk: web`). */
export const pageTextNames = [
  /** Before it is opened: what it is, the button, that the link works once; and when it does not work any more. */
  'page_open',
  'page_open_button',
  'page_open_note',
  'page_gone',
  /** Writing: the field, the button, what is on its way, what the loss of the network or too much at once means. */
  'page_write',
  'page_send',
  'page_unsent',
  'page_kept',
  'page_offline',
  'page_too_many',
  /** Who speaks. */
  'page_you',
  'page_bot',
  'page_counselor',
  'page_timeline',
  'page_taken_back',
  'page_media',
  /** Who has the talk, and the desk. {{ queue.position }} {{ desk.hours }} {{ desk.next_open }} */
  'page_with_bot',
  'page_waiting',
  'page_with_counselor',
  'page_closed',
  'page_desk_open',
  'page_desk_closed',
  /** Numbers, leaving, deleting, language. */
  'page_lines',
  'page_call',
  'page_leave',
  'page_delete',
  'page_deleted',
  'page_deleted_stays',
  'page_language',
] as const;
export type PageTextName = (typeof pageTextNames)[number];

/**
 * The named texts every flow has: `flows/common/texts.yaml` gives them, a flow may replace those that are not locked.
 * Beside each: when it is said, and the variables it may use.
 */
export const textNames = [
  /** First contact: what this is and is not, who reads, hours, secrecy and its exception, how to delete. {{ service }} {{ desk.hours }} */
  'first_message',
  /** The same where the talk is held on the resident's own page: buttons here, words there. */
  'first_message_web',
  /** Said before everything on a trial with example values. */
  'trial',
  /** First contact of somebody who was here before. */
  'welcome_back',
  /** Understood: {{ category }}. Stands before the category's step; a way back follows as a button. */
  'understood',
  /** Two categories are near; asks which. */
  'which_category',
  /** Not understood, first time; the step is shown again. */
  'not_understood',
  /** Not understood again: offers a person. */
  'not_understood_again',
  /** More about the concern the resident is at already; a person is offered. */
  'heard',
  /** 「ありがとう」 after an answer. */
  'thanks',
  /** A sticker, picture, voice … while the bot talks. */
  'sticker',
  'media',
  /** A typed number or date did not fit. */
  'not_a_number',
  'not_a_date',
  /** An option of a question with many answers was tapped: {{ chosen }}; none is left of them. */
  'chosen_so_far',
  'chosen_none',
  /** Hand-off, desk open and counselor present. {{ queue.position }} */
  'waiting',
  /** Hand-off, desk open but nobody free or present. {{ queue.position }} */
  'busy',
  /** Hand-off, desk closed. {{ desk.next_open }} */
  'out_of_hours',
  /** Each further turn while waiting. */
  'still_waiting',
  'still_waiting_closed',
  /** A button in the flow asked for a person while one is already coming. */
  'already_waiting',
  /** A counselor has taken the talk. */
  'counselor_here',
  /** The counselor gave the talk back. */
  'given_back',
  /** The counselor was silent too long, or left: back to the queue. */
  'owner_silent',
  'owner_gone',
  /** The resident has been silent for long; a while later the talk is closed. */
  'idle_warning',
  /** Kept from staff for a while after abuse; numbers to call follow. {{ until }} */
  'muted',
  /** More than sixty messages within a minute. */
  'too_fast',
  /** Closed by the counselor; by the resident; for silence. */
  'farewell',
  'quit',
  'idle_closed',
  /** Choose a language; chosen. */
  'choose_language',
  'language_chosen',
  /** Deletion: asks; done; not done. */
  'delete_confirm',
  'deleted',
  'deleted_stays',
  'not_deleted',
  /** The step is gone after a change of the flow. */
  'flow_changed',
  /** The program failed: numbers follow, humans are told. */
  'fallback',
  /** Offered where a category has no confirmed window. */
  'no_confirmed_window',
  /** No window at all matches. */
  'no_window',
  /** Above the national lines. */
  'lines_now',
  /**
   * LINE's notices with the link to the resident's own page: to whoever would rather write, in answer to typed words, after
   * a tap that leads to a person, when something new stands there, and in danger (numbers to call stand above it).
   */
  'talk_write',
  'talk_typed',
  'talk_link',
  'talk_news',
  'talk_safety',
  /** Words of the page itself. */
  ...pageTextNames,
  /** Button labels (20 graphemes). */
  'button_talk',
  'button_human',
  'button_start',
  'button_back',
  'button_more',
  'button_yes',
  'button_no',
  'button_done',
  'button_skip',
  'button_quit',
  'button_delete_yes',
] as const;
export type TextName = (typeof textNames)[number];
