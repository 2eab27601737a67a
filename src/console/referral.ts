import type { DirectoryEntry } from './deps.ts';

/** A window's card as the text that a resident gets, with nothing that the directory does not say. */
export function referralText(window: DirectoryEntry): string {
  const lines = [
    `【${window.name}】`,
    window.about,
    window.phone && `電話: ${window.phone}`,
    window.hours && `受付: ${window.hours}`,
    window.stateText && `いま: ${window.stateText}`,
    window.address && `場所: ${window.address}`,
    window.reservation && '予約が必要です。',
    window.url,
    window.unconfirmed && '受付時間は変わることがあります。',
  ];
  return lines.filter(Boolean).join('\n');
}
