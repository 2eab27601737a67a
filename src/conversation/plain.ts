/** Width, case, spaces and punctuation do not matter when a label or a word is typed. */
export function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s。、.,!?！？・「」ー〜~]/gu, '');
}
