// Written by scripts/worker-files.ts; see there.

import flow0 from '../../flows/common/risk.yaml';
import flow1 from '../../flows/common/safety.yaml';
import flow2 from '../../flows/common/texts.yaml';
import flow3 from '../../flows/common/windows.yaml';
import flow4 from '../../flows/common/words.yaml';
import flow5 from '../../flows/fuchu/flow.yaml';
import flow6 from '../../flows/fuchu/windows.yaml';
import flow7 from '../../flows/ise/flow.yaml';
import flow8 from '../../flows/ise/windows.yaml';
import flow9 from '../../flows/kumamoto/flow.yaml';
import flow10 from '../../flows/kumamoto/windows.yaml';
import migration0 from '../../migrations/0001_conversations.sql';
import migration1 from '../../migrations/0002_staff.sql';
import migration2 from '../../migrations/0003_console.sql';
import type { FlowFiles } from '../flow/definition.ts';
import type { Migration } from '../store/store.ts';

export const flowFiles: FlowFiles = new Map([
  ['common/risk.yaml', flow0],
  ['common/safety.yaml', flow1],
  ['common/texts.yaml', flow2],
  ['common/windows.yaml', flow3],
  ['common/words.yaml', flow4],
  ['fuchu/flow.yaml', flow5],
  ['fuchu/windows.yaml', flow6],
  ['ise/flow.yaml', flow7],
  ['ise/windows.yaml', flow8],
  ['kumamoto/flow.yaml', flow9],
  ['kumamoto/windows.yaml', flow10],
]);

export const migrations: readonly Migration[] = [
  { name: '0001_conversations.sql', sql: migration0 },
  { name: '0002_staff.sql', sql: migration1 },
  { name: '0003_console.sql', sql: migration2 },
];
