import type { DeliveryKind } from '../../src/store/tables.ts';

export const deliveryKinds: readonly DeliveryKind[] = ['answer', 'counselor', 'safety', 'notice', 'routine'];
