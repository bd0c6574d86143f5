// A fixed data set in a real ClickHouse (embedded): two functions, three kinds of device, four days. The clock
// stands in 2040, far from the table's time to live.

import { createHash } from 'node:crypto';
import { type ProgramNode, type Variant, workBucket } from '@everypath/schema';
import type { Decision, Explanation, FunctionDetail, PlatformQueries } from '../src/ports.ts';

export const NOW_MS = Date.UTC(2040, 0, 15, 12, 0, 0);

const hex = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

/** Mulberry32 (Tommy Ettinger): small, seeded, the same everywhere. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SOURCE = `import numpy as np
from everypath import compile
from PIL import Image


@compile(tag="@vision/preprocess")
def preprocess(photo: Image.Image, mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    """Image to a normalised CHW tensor."""
    photo = photo.convert("RGB").resize((224, 224), Image.Resampling.BILINEAR)
    pixels = np.asarray(photo).astype(np.float32) / 255.0
    pixels = (pixels - mean) / std
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))
`;

const node = (
  index: number,
  operator: string,
  specialization: string,
  label: string,
  line: number,
): ProgramNode => ({
  index,
  operator,
  specialization,
  label,
  line,
  features: ['pixels'],
});

export const NODES: readonly ProgramNode[] = [
  node(0, 'PIL.Image.Image.resize', 'image', 'photo.resize((224, 224))', 9),
  node(1, 'everypath.fused', 'uint8_3', '(pixels / 255 - mean) / std', 11),
  node(2, 'numpy.ascontiguousarray', 'float32_3', 'pixels.transpose(2, 0, 1)', 12),
];

/** Operator variants with their cost in ns a pixel, by architecture. */
const CHOICES: readonly (readonly (readonly [name: string, x86: number, wasm: number])[])[] = [
  [
    ['scalar', 9.1, 14.5],
    ['fixed-point', 5.2, 9.4],
    ['simd', 2.1, 4.9],
  ],
  [
    ['scalar', 3.2, 5.6],
    ['w8', 0.9, 2.1],
    ['w16', 0.7, 2.4],
  ],
  [
    ['strided', 1.8, 2.9],
    ['blocked', 0.8, 1.4],
  ],
];

const paths: readonly (readonly number[])[] = CHOICES[0]!.flatMap((_a, a) =>
  CHOICES[1]!.flatMap((_b, b) => CHOICES[2]!.map((_c, c) => [a, b, c])),
);

function variantsOf(target: 'linux-x86_64' | 'wasm32'): readonly Variant[] {
  const wasm = target === 'wasm32';
  return paths.map((choice) => {
    const path = choice.map((at, index) => CHOICES[index]![at]![0]);
    return {
      id: hex(`${target} ${path.join(' ')}`, 16),
      target,
      path,
      isaLevel: wasm
        ? path.includes('simd')
          ? 'wasm-simd128'
          : 'wasm-mvp'
        : path.includes('simd') || path.includes('w16')
          ? 'x86-64-v3'
          : 'x86-64',
      sha256: hex(path.join(' '), 64),
      sizeBytes:
        11_000 + 137 * choice.reduce((sum, at, index) => sum + at * (index + 3), 0) + (wasm ? -2400 : 0),
      proof: { how: 'executed', by: wasm ? 'node 24' : 'linux-x86_64 natively', cases: 12, worst: 0.2 },
    };
  });
}

const VARIANTS = [...variantsOf('linux-x86_64'), ...variantsOf('wasm32')];

export const CLASSES = {
  xeon: 'linux-x86_64/x86-64-v3/intel-6-143/intel-xeon-platinum-8481c',
  epyc: 'linux-x86_64/x86-64-v3/amd-25-1/amd-epyc-7b13',
  chromium: 'wasm32/wasm-simd128/chromium/unknown',
} as const;

interface SampleRow {
  readonly [column: string]: unknown;
}

/** Rows of `op_sample`. */
export function sampleRows(): readonly SampleRow[] {
  const random = mulberry32(20_260_101);
  const rows: SampleRow[] = [];
  const speeds = { xeon: 1, epyc: 0.82, chromium: 1 } as const;
  for (const [name, deviceClass] of Object.entries(CLASSES) as [keyof typeof CLASSES, string][]) {
    const wasm = name === 'chromium';
    for (let device = 0; device < (name === 'xeon' ? 9 : 3); device++) {
      const own = speeds[name] * (0.94 + 0.12 * random());
      for (const [at, choice] of paths.entries()) {
        if ((at * 7 + device) % 3 === 0 && device > 0) continue;
        const path = choice.map((one, index) => CHOICES[index]![one]![0]);
        const variant = hex(`${wasm ? 'wasm32' : 'linux-x86_64'} ${path.join(' ')}`, 16);
        for (let call = 0; call < 8; call++) {
          const pixels = [12_288, 50_176, 307_200][(call + device) % 3]!;
          const tsMs = NOW_MS - Math.floor(4 * 86_400_000 * random() ** 1.4) - 60_000;
          const hot = random() < 0.16 ? 1.9 : 1;
          const shared = {
            device_class: deviceClass,
            ts: tsMs,
            received_at: tsMs + 1500,
            tag: '@vision/preprocess',
            variant,
            device: String(1000 + device + 100 * name.length),
            batch_id: `00000000-0000-4000-8000-${String(at * 100 + device).padStart(12, '0')}`,
            sdk: 'js 0.1.0',
            calls: 4,
            clock_ns: wasm ? 5000 : 30,
            cause: call === 0 ? 'explore' : call === 7 ? 'bench' : 'auto',
          };
          let whole = 900;
          for (const [index, one] of choice.entries()) {
            const cost = CHOICES[index]![one]![wasm ? 2 : 1]!;
            const latency =
              Math.round((400 + cost * pixels * own * hot * (0.97 + 0.09 * random())) * 10) / 10;
            whole += latency;
            rows.push({
              ...shared,
              operator: NODES[index]!.operator,
              specialization: NODES[index]!.specialization,
              operator_variant: path[index],
              features: [pixels],
              work_bucket: workBucket([pixels]),
              node: index,
              latency_ns: latency,
            });
          }
          rows.push({
            ...shared,
            operator: 'everypath.call',
            specialization: '@vision/preprocess',
            operator_variant: variant,
            features: [],
            work_bucket: 0,
            node: 0xffffffff,
            latency_ns: whole,
          });
        }
      }
    }
  }
  return rows;
}

const predicted = (variant: Variant): number =>
  Math.round(
    50_176 *
      1.03 *
      variant.path.reduce((sum, name, index) => {
        const choice = CHOICES[index]!.find(([one]) => one === name)!;
        return sum + (variant.target === 'wasm32' ? choice[2] : choice[1]);
      }, 0),
  );

const byPrediction = (target: string): readonly Variant[] =>
  VARIANTS.filter((variant) => variant.target === target).sort((a, b) => predicted(a) - predicted(b));

const decisions: readonly Decision[] = [
  { cell: CLASSES.xeon, reason: 'predicted', cause: 'auto', propensity: 0.97, at: 40_000, rank: 0 },
  { cell: CLASSES.chromium, reason: 'explore', cause: 'explore', propensity: 0.03, at: 610_000, rank: 3 },
  { cell: CLASSES.epyc, reason: 'forced', cause: 'forced', propensity: 1, at: 7_300_000, rank: 7 },
  { cell: CLASSES.epyc, reason: 'cold', cause: 'auto', propensity: 0.056, at: 200_000_000, rank: 11 },
].map(({ cell, reason, cause, propensity, at, rank }, index) => {
  const variant = byPrediction(cell.split('/')[0]!)[rank]!;
  return {
    id: `d${index}`,
    atMs: NOW_MS - at,
    tag: '@vision/preprocess',
    variant: variant.id,
    deviceClass: cell,
    reason: reason as Decision['reason'],
    cause: cause as Decision['cause'],
    propensity,
    predictedNs: reason === 'cold' ? null : predicted(variant),
  };
});

const preprocess: FunctionDetail = {
  tag: '@vision/preprocess',
  description: 'Image to a normalised CHW tensor.',
  file: 'preprocess.py',
  source: SOURCE,
  signature: { parameters: [], result: { kind: 'none' } },
  nodes: NODES,
  toolchain: 'clang 19.1.7',
  variants: VARIANTS,
  pinned: null,
};

function explanation(tag: string, deviceClass: string): Explanation | null {
  const ranked = byPrediction(deviceClass.split('/')[0]!);
  if (ranked.length === 0) return null;
  return {
    tag,
    deviceClass,
    chosen: ranked[0]!.id,
    reason: 'predicted',
    propensity: 0.97,
    summary: 'Predicted fastest of 18; 3 % of fetches try another to keep learning.',
    excluded: deviceClass.includes('/x86-64-v3')
      ? [{ variant: '0123456789abcdef', why: 'needs x86-64-v4' }]
      : [],
    candidates: ranked.map((variant, rank) => ({
      variant: variant.id,
      path: variant.path,
      predictedNs: predicted(variant),
      intervalNs: [predicted(variant) * (0.94 - rank / 100), predicted(variant) * (1.06 + rank / 100)],
      samples: 48 - rank,
      propensity: rank === 0 ? 0.97 : 0.03 / (ranked.length - 1),
      nodes: variant.path.map((operatorVariant, index) => ({
        index,
        operator: NODES[index]!.operator,
        operatorVariant,
        predictedNs: Math.round(predicted(variant) / (index + 2)),
        samples: 240 - 20 * index,
        devices: 9,
        cell: deviceClass.split('/').slice(0, 3).join('/'),
      })),
    })),
  };
}

/** The registry and selector of the seeded world. */
export const seededPlatform: PlatformQueries = {
  functions: async () => [
    {
      tag: '@vision/preprocess',
      description: 'Image to a normalised CHW tensor.',
      variants: 36,
      targets: ['linux-x86_64', 'wasm32'],
      updatedAtMs: NOW_MS - 5 * 86_400_000,
    },
    {
      tag: '@math/fma',
      description: '',
      variants: 18,
      targets: ['linux-x86_64'],
      updatedAtMs: NOW_MS - 3_600_000,
    },
  ],
  function: async (tag) => (tag === preprocess.tag ? preprocess : null),
  decisions: async ({ tag, limit }) =>
    decisions.filter((row) => tag === null || row.tag === tag).slice(0, limit),
  explain: async (tag, deviceClass) => explanation(tag, deviceClass),
  ledger: async () => ({
    received: 1240,
    stored: 1180,
    rejected: 12,
    duplicate: 40,
    spooled: 8,
    setAside: 0,
  }),
};
