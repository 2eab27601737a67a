import type { NewStaff } from '../console/staff.ts';

/** Accounts of the demo; they exist nowhere else. */
export const demoAccounts: readonly (NewStaff & { label: string })[] = [
  {
    label: '相談員',
    name: '山田（相談員）',
    email: 'counselor@example.jp',
    password: 'madoguchi-demo-1',
    roles: ['counselor'],
    topics: ['*'],
  },
  {
    label: '相談員',
    name: '佐藤（相談員）',
    email: 'counselor2@example.jp',
    password: 'madoguchi-demo-2',
    roles: ['counselor'],
    topics: ['*'],
  },
  {
    label: 'スーパーバイザー',
    name: '鈴木（スーパーバイザー）',
    email: 'supervisor@example.jp',
    password: 'madoguchi-demo-3',
    roles: ['supervisor', 'counselor'],
    topics: ['*'],
  },
  {
    label: '管理者',
    name: '田中（管理者）',
    email: 'admin@example.jp',
    password: 'madoguchi-demo-4',
    roles: ['admin', 'editor'],
    topics: ['*'],
  },
];

/** Fixed, because the demo's database outlives a run; worthless anywhere else. */
export const demoSecrets = {
  channelSecret: 'demo-channel-secret-0123456789ab',
  accessToken: 'demo-channel-access-token',
  key: 'iD3nTBL9o0W+lPoLzr9tcbICglghkRtK1QHmBs8J5/E=',
} as const;
