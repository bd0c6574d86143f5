// The functions of the demo, and which of their cases the devices run over and over: the one that looks most like
// a day's work.

import { join } from 'node:path';

export interface DemoExample {
  readonly file: string;
  readonly tag: string;
  /** Index into the example's cases. */
  readonly workload: number;
  readonly workloadText: string;
}

const examplesRoot = join(import.meta.dirname, '../../../examples');

const example = (name: string, tag: string, workload: number, workloadText: string): DemoExample => ({
  file: join(examplesRoot, `${name}.py`),
  tag,
  workload,
  workloadText,
});

export const demoExamples: readonly DemoExample[] = [
  example('fma', '@everypath/fma', 5, '100,000 dependent multiply-adds'),
  example('preprocess', '@everypath/preprocess', 0, 'a photograph of 600 × 400'),
  example('similarity', '@everypath/similarity', 0, '4,000 embeddings of 256 numbers, top 10'),
  example('one_euro', '@everypath/one-euro', 3, '20,000 signals'),
];
