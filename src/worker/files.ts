// Written by scripts/worker-files.ts; see there.

import flow0 from '../../flows/common/risk.model';
import flow1 from '../../flows/common/risk.yaml';
import flow2 from '../../flows/common/safety.yaml';
import flow3 from '../../flows/common/texts.yaml';
import flow4 from '../../flows/common/windows.yaml';
import flow5 from '../../flows/common/words.yaml';
import flow6 from '../../flows/fuchu/emergency.yaml';
import flow7 from '../../flows/fuchu/flow.yaml';
import flow8 from '../../flows/fuchu/windows.yaml';
import flow9 from '../../flows/ise/emergency.yaml';
import flow10 from '../../flows/ise/flow.yaml';
import flow11 from '../../flows/ise/triage.model';
import flow12 from '../../flows/ise/windows.yaml';
import flow13 from '../../flows/kumamoto/emergency.yaml';
import flow14 from '../../flows/kumamoto/flow.yaml';
import flow15 from '../../flows/kumamoto/windows.yaml';
import migration0 from '../../migrations/0001_conversations.sql';
import migration1 from '../../migrations/0002_staff.sql';
import migration2 from '../../migrations/0003_console.sql';
import migration3 from '../../migrations/0004_audit.sql';
import migration4 from '../../migrations/0005_alerts.sql';
import migration5 from '../../migrations/0006_talk.sql';
import migration6 from '../../migrations/0007_approval.sql';
import migration7 from '../../migrations/0008_hold.sql';
import migration8 from '../../migrations/0009_revisions.sql';
import migration9 from '../../migrations/0010_rate.sql';
import migration10 from '../../migrations/0011_session_via.sql';
import migration11 from '../../migrations/0012_delivery_consultation.sql';
import migration12 from '../../migrations/0013_menu.sql';
import migration13 from '../../migrations/0014_notes_key.sql';
import migration14 from '../../migrations/0015_unsend.sql';
import type { FlowFiles } from '../flow/definition.ts';
import type { Migration } from '../store/store.ts';

export const flowFiles: FlowFiles = new Map([
  ['common/risk.model', flow0],
  ['common/risk.yaml', flow1],
  ['common/safety.yaml', flow2],
  ['common/texts.yaml', flow3],
  ['common/windows.yaml', flow4],
  ['common/words.yaml', flow5],
  ['fuchu/emergency.yaml', flow6],
  ['fuchu/flow.yaml', flow7],
  ['fuchu/windows.yaml', flow8],
  ['ise/emergency.yaml', flow9],
  ['ise/flow.yaml', flow10],
  ['ise/triage.model', flow11],
  ['ise/windows.yaml', flow12],
  ['kumamoto/emergency.yaml', flow13],
  ['kumamoto/flow.yaml', flow14],
  ['kumamoto/windows.yaml', flow15],
]);

export const migrations: readonly Migration[] = [
  { name: '0001_conversations.sql', sql: migration0 },
  { name: '0002_staff.sql', sql: migration1 },
  { name: '0003_console.sql', sql: migration2 },
  { name: '0004_audit.sql', sql: migration3 },
  { name: '0005_alerts.sql', sql: migration4 },
  { name: '0006_talk.sql', sql: migration5 },
  { name: '0007_approval.sql', sql: migration6 },
  { name: '0008_hold.sql', sql: migration7 },
  { name: '0009_revisions.sql', sql: migration8 },
  { name: '0010_rate.sql', sql: migration9 },
  { name: '0011_session_via.sql', sql: migration10 },
  { name: '0012_delivery_consultation.sql', sql: migration11 },
  { name: '0013_menu.sql', sql: migration12 },
  { name: '0014_notes_key.sql', sql: migration13 },
  { name: '0015_unsend.sql', sql: migration14 },
];
