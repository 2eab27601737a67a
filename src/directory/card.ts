import type { WindowCard } from '../message/message.ts';
import { japanTime } from './calendar.ts';
import { inLanguage } from './localized.ts';
import { stateAt } from './state.ts';
import { isConfirmed, type Window } from './window.ts';
import { hoursInWords } from './words.ts';

/** A window as a resident sees it at an instant, in a language. `via` is the window that can pass the resident on. */
export function windowCard(window: Window, now: number, language: string, via?: Window): WindowCard {
  const { state, text } = stateAt(window, now, language);
  const note = [
    window.target?.length && language !== 'en' ? `対象：${window.target.join('・')}` : '',
    window.note ? inLanguage(window.note, language) : '',
    window.fee ? inLanguage(window.fee, language) : '',
    via ? viaText(inLanguage(via.name, language), language) : '',
  ].filter(Boolean);
  return {
    id: window.id,
    name: inLanguage(window.name, language),
    about: inLanguage(window.about, language),
    state,
    stateText: text,
    hours: window.schedule ? hoursInWords(window.schedule, language) : '',
    ...(window.phone ? { phone: window.phone } : {}),
    ...(window.address ? { address: window.address } : {}),
    ...(window.url ? { url: window.url } : {}),
    reservation: window.reservation ?? false,
    unconfirmed: !isConfirmed(window, japanTime(now).day),
    ...(note.length ? { note: note.join('\n') } : {}),
  };
}

function viaText(name: string, language: string): string {
  if (language === 'ja') return `連絡先は「${name}」におたずねください。そこからつないでもらえます。`;
  if (language === 'easy') return `「${name}」に 聞いてください。ここに つないで くれます。`;
  return `Please ask at ${name}; they will put you in touch.`;
}
