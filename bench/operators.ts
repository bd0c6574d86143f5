// How fast is each operator variant beside Pillow and NumPy? One run, interleaved rounds, medians; the reference is
// timed through Python, as a caller would see it.

import type { Type } from '@everypath/schema';
import { hostLevel, runPlan } from '../operators/src/harness/build.ts';
import { planDrivers, type Specification } from '../operators/src/harness/plan.ts';

interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly ratio?: number;
}

interface BenchReport {
  readonly name: string;
  readonly rows: readonly BenchRow[];
}

const array = (rank: number): { readonly type: Type } => ({
  type: { kind: 'array', dtype: 'float32', shape: Array<null>(rank).fill(null) },
});
const RGB: Type = { kind: 'image', mode: 'RGB' };
const PAIR: Type = { kind: 'tuple', items: [{ kind: 'int' }, { kind: 'int' }] };

const QUESTIONS: readonly Specification[] = [
  {
    name: 'resize 1080p to 224',
    call: {
      callee: 'PIL.Image.Image.resize',
      args: [{ type: RGB }, { type: PAIR, constant: [224, 224] }, { type: { kind: 'int' }, constant: 2 }],
      kwargs: {},
    },
    cases: ["(img(1920, 1080, 'RGB'),)"],
    reference: 'lambda im: im.resize((224, 224), Image.BILINEAR)',
  },
  {
    name: 'matmul 512 x 512 x 512',
    call: { callee: 'numpy.matmul', args: [array(2), array(2)], kwargs: {} },
    cases: ['(rnd(512, 512) / 16, rnd(512, 512) / 16)'],
    reference: 'np.matmul',
    tolerance: { kind: 'float', relative: 1e-3, absolute: 1e-3 },
  },
  {
    name: 'matmul 10000 x 384 by vector',
    call: { callee: 'numpy.matmul', args: [array(2), array(1)], kwargs: {} },
    cases: ['(rnd(10000, 384) / 16, rnd(384) / 16)'],
    reference: 'np.matmul',
    tolerance: { kind: 'float', relative: 1e-3, absolute: 1e-3 },
  },
  {
    name: 'top 10 of 100000',
    call: { callee: 'everypath.topk', args: [array(1), { type: { kind: 'int' } }], kwargs: {} },
    cases: ['(rnd(100000), 10)'],
    reference: 'lambda x, k: np.argsort(x, kind="stable")[:k]',
  },
  {
    name: 'norm of 10000 rows of 384',
    call: {
      callee: 'numpy.linalg.norm',
      args: [array(2)],
      kwargs: { axis: { type: { kind: 'int' }, constant: 1 } },
    },
    cases: ['(rnd(10000, 384),)'],
    reference: 'lambda x: np.linalg.norm(x, axis=1)',
  },
  {
    name: 'HWC to CHW 224 x 224 x 3',
    call: { callee: 'numpy.ascontiguousarray', args: [array(3)], kwargs: {} },
    cases: ['(rnd(224, 224, 3).transpose(2, 0, 1),)'],
    reference: 'np.ascontiguousarray',
  },
];

/** Times every variant that this CPU runs. */
export async function run({ json }: { readonly json: boolean }): Promise<BenchReport> {
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  const plan = planDrivers(QUESTIONS, architecture, hostLevel(), true);
  const verdicts = await runPlan(plan, { rounds: 31, flags: ['-O3'] });
  const rows = verdicts.map(({ spec, variant, ns, reference_ns, worst, note }): BenchRow => {
    if (worst > 1) throw new Error(`${spec} / ${variant}: ${note}`);
    return {
      name: `${spec}: ${variant}`,
      value: ns! / 1e6,
      unit: 'ms',
      ratio: reference_ns! / ns!,
    };
  });
  if (!json) {
    for (const { name, value, ratio } of rows) {
      console.log(
        `${name.padEnd(56)} ${value.toFixed(3).padStart(9)} ms  ${ratio!.toFixed(2).padStart(7)} x`,
      );
    }
  }
  return { name: 'operators', rows };
}
