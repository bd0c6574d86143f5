// Which cases a program runs under an emulator, where an instruction costs tens of times what it costs elsewhere: those
// whose arguments are not large. The code that runs is the same; on the processor itself every case runs.

import type { OracleCase } from './oracle.ts';
import type { Tagged } from './tagged.ts';

/** Two thirds of the time went into one image of 1920 × 1080 and gave the answer that smaller ones give. */
export const LIGHT_BYTES = 2 * 1024 * 1024;

function bytesOf(tagged: Tagged): number {
  switch (tagged.kind) {
    case 'bytes':
    case 'scalar':
    case 'array':
    case 'image':
      return tagged.data.length;
    case 'tuple':
    case 'list':
      return tagged.items.reduce((sum, item) => sum + bytesOf(item), 0);
    case 'dict':
      return tagged.items.reduce((sum, [key, value]) => sum + bytesOf(key) + bytesOf(value), 0);
    default:
      return 0;
  }
}

const weightOf = (one: OracleCase): number => one.arguments.reduce((sum, each) => sum + bytesOf(each), 0);

/** The cases of at most `LIGHT_BYTES`; where there are none, the lightest. */
export function lightCases(cases: readonly OracleCase[]): readonly OracleCase[] {
  const light = cases.filter((one) => weightOf(one) <= LIGHT_BYTES);
  return light.length > 0 ? light : cases.toSorted((a, b) => weightOf(a) - weightOf(b)).slice(0, 1);
}
