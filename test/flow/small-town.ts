import type { Diagnostic } from '../../src/diagnostic/diagnostic.ts';
import { loadHolidays } from '../../src/directory/holidays.ts';
import { type LoadedFlow, loadFlow } from '../../src/flow/load.ts';
import { makeTriage } from '../../src/hearing.ts';
import { readFlowFiles } from '../../src/node/files.ts';
import { rootFolder } from '../../src/node/platform.ts';

/** A small good flow over the real shared parts; tests break it. Lines are counted from 1. */
export const FLOW = `name: 町の相談
municipality: 町
languages: [ja, en]
use: [common/texts, common/safety, common/words, common/windows]
categories:
  money:
    label: { ja: お金, en: Money }
    go: お金
    words: [家賃, 借金]
desk:
  name: { ja: 相談室, en: Desk }
  hours: Mo-Fr 09:00-17:00; PH off; Dec 29-Jan 03 off
  example: true
outcomes:
  - { id: solved, label: 解決 }
menu:
  bar: { ja: メニュー, en: Menu }
  everyday:
    - { label: { ja: 相談する, en: Start }, icon: heart, word: start }
  talking:
    - { label: { ja: やめる, en: Stop }, icon: close, word: quit }
start: はじめ
steps:
  はじめ:
    say: { ja: どうしましたか。, en: What is it? }
    ask:
      - { label: { ja: お金のこと, en: Money }, category: money }
      - { label: { ja: そのほか, en: Other }, go: そのほか }
  お金:
    say: { ja: お金の窓口です。, en: For money. }
    windows: { category: money }
    ask:
      - { label: { ja: ほか, en: Other }, go: はじめ }
  そのほか:
    say: { ja: 相談員を呼びます。, en: I call a counselor. }
    handoff: true
`;

export const WINDOWS = `windows:
  - id: desk-money
    name: { ja: お金の窓口, en: Money desk }
    about: { ja: お金の相談, en: Money matters }
    categories: [money]
    area: [町]
    phone: "0596-63-5224"
    hours: Mo-Fr 09:00-17:00; PH off; Dec 29-Jan 03 off
    source: { document: 表, place: 一行目 }
    confirmed: 2026-11-01
`;

export const EMERGENCY = `calls:
  - when: 命の危険
    to: [police-110, ambulance-119]
    say: 町の相談です。
`;

export type TownFiles = {
  flow?: string;
  windows?: string;
  emergency?: string;
  common?: Record<string, string>;
};

const real = readFlowFiles(rootFolder);

/** The small town, with some of its files replaced. Today is 2026-11-21. */
export function loadTown({
  flow = FLOW,
  windows = WINDOWS,
  emergency = EMERGENCY,
  common = {},
}: TownFiles = {}): LoadedFlow {
  const files = new Map(real);
  for (const [path, text] of Object.entries(common)) files.set(path, text);
  files.set('town/flow.yaml', flow).set('town/windows.yaml', windows).set('town/emergency.yaml', emergency);
  return loadFlow(files, 'town', {
    holidays: loadHolidays(),
    now: Date.parse('2026-11-21T10:00:00+09:00'),
    triage: makeTriage(),
  });
}

/** The text of a shared file, to be broken. */
export const common = (path: string): string => real.get(path) ?? '';

/** Replaces the one place where `before` stands; throws when it does not, or stands twice. */
export function replaced(text: string, before: string, after: string): string {
  const parts = text.split(before);
  if (parts.length !== 2) throw new Error(`「${before}」 stands ${parts.length - 1} times`);
  return parts.join(after);
}

/** `line code` of the town's own files, without what the national lines say of themselves. */
export const places = (diagnostics: readonly Diagnostic[]): string[] =>
  diagnostics
    .filter(({ file, severity }) => file.startsWith('town/') || severity === 'error')
    .map(({ file, line, code }) => `${file === 'town/flow.yaml' ? '' : `${file} `}${line} ${code}`);
