// What is done to good JSON and good bytes to make bad ones. Pure: a seed gives the same mutation again.

import type { SeededRandom } from '../../telemetry-ingest/test/faults/seeded-random.ts';

/** Values that parsers, databases and languages have stumbled over. */
const NASTY: readonly unknown[] = [
  null,
  true,
  '',
  0,
  -1,
  -0,
  1e308,
  -1e308,
  5e-324,
  2 ** 53,
  2 ** 63,
  4294967296,
  1.5,
  [],
  {},
  [[[[]]]],
  'x'.repeat(5_000),
  '\u0000',
  '\ud800',
  "'; DROP TABLE op_sample; --",
  '{x:UInt8}',
  '../../../etc/passwd',
  '<script>alert(1)</script>',
  '%00%ff',
  'NaN',
  '9'.repeat(400),
  '‮rtl',
];

/** One place of a JSON value changed: replaced, removed, repeated, renamed or blown up. */
export function mutateJson(value: unknown, random: SeededRandom): unknown {
  const copy = structuredClone(value);
  const places: { readonly holder: Record<string, unknown> | unknown[]; readonly key: string | number }[] =
    [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      places.push({ holder: node as Record<string, unknown>, key: Array.isArray(node) ? Number(key) : key });
      walk((node as Record<string, unknown>)[key]);
    }
  };
  walk(copy);
  if (places.length === 0) return random.pick(NASTY);
  const { holder, key } = random.pick(places);
  const at = holder as Record<string | number, unknown>;
  switch (random.between(0, 6)) {
    case 0:
    case 1:
    case 2:
      at[key] = random.pick(NASTY);
      break;
    case 3:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete at[key];
      break;
    case 4:
      // Repetition of what was repeated already would be the fuzzer's own bomb.
      at[key] = Array.from({ length: places.length < 200 ? random.pick([2, 600]) : 2 }, () => at[key]);
      break;
    case 5:
      at[key] = { [String(key)]: at[key] };
      break;
    default:
      if (!Array.isArray(holder))
        at[random.pick(['__proto__x', 'constructor', 'extra', 'length', ''])] = at[key];
  }
  return copy;
}

/** JSON text that no JSON writer makes. */
export function mutateText(text: string, random: SeededRandom): Uint8Array {
  const bytes = Buffer.from(text);
  switch (random.between(0, 8)) {
    case 0:
      return bytes.subarray(0, random.between(0, bytes.length));
    case 1: {
      for (let count = random.between(1, 8); count > 0; count--) {
        const at = random.between(0, Math.max(0, bytes.length - 1));
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.between(0, 7));
      }
      return bytes;
    }
    case 2:
      // Not UTF-8.
      return Buffer.concat([
        bytes.subarray(0, 10),
        Buffer.from([0xff, 0xfe, 0xc0, 0x80]),
        bytes.subarray(10),
      ]);
    case 3:
      return Buffer.from('['.repeat(random.pick([100, 10_000, 200_000])));
    case 4:
      return Buffer.from(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`);
    case 5:
      return Buffer.from(text.replace('{', '{"__proto__":{"polluted":true},'));
    case 6:
      return Buffer.concat([bytes, bytes]);
    case 7:
      return Buffer.from(text.replace(/:(\d+)/, `:${'9'.repeat(random.pick([30, 5_000]))}`));
    default:
      return Buffer.concat([Buffer.from('\ufeff'), bytes]);
  }
}
