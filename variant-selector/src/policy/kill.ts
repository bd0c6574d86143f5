// Kill switches: a variant of a function, or an operator variant wherever it is used, that is served to nobody any
// more, or to nobody of a device class. Stronger than pins and forced variants.

import type { ProgramNode, Variant } from '@everypath/schema';
import type { DeviceView } from './eligible.ts';

export type Kill = {
  readonly id: string;
  /** Empty (everyone), a target, or the beginning of a device class. */
  readonly scope: string;
  readonly note: string;
  readonly createdAtMs: number;
} & (
  | { readonly kind: 'variant'; readonly tag: string; readonly variant: string }
  | { readonly kind: 'operator-variant'; readonly operator: string; readonly operatorVariant: string }
);

/** The switch that takes a variant from this device, or null. */
export function killFor(
  kills: readonly Kill[],
  tag: string,
  variant: Variant,
  nodes: readonly ProgramNode[],
  device: Pick<DeviceView, 'classPath'>,
): Kill | null {
  for (const kill of kills) {
    if (kill.scope !== '' && !device.classPath.includes(kill.scope)) continue;
    const hit =
      kill.kind === 'variant'
        ? kill.tag === tag && kill.variant === variant.id
        : variant.path.some(
            (name, index) => name === kill.operatorVariant && nodes[index]?.operator === kill.operator,
          );
    if (hit) return kill;
  }
  return null;
}
