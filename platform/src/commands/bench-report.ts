// What a benchmark says: measured and predicted rank side by side, and what the selector's choice costs here.

import { type DeviceFeatures, deviceClass } from '@everypath/schema';
import { formatDuration } from '../cli/duration.ts';
import type { Explained } from '../cli/explanation.ts';
import type { Output } from '../cli/output.ts';
import { formatTable } from '../cli/table.ts';
import { type Measurement, rankCorrelation } from '../measure/interleave.ts';

export interface BenchRow extends Omit<Measurement, 'name'> {
  readonly variant: string;
  readonly path: readonly string[];
  readonly ratio: number;
  readonly measuredRank: number;
  readonly predictedNs: number | null;
  readonly predictedRank: number | null;
}

export interface BenchReport {
  readonly tag: string;
  readonly deviceClass: string;
  /** Fastest first. */
  readonly variants: readonly BenchRow[];
  /** What the selector would serve this device now. */
  readonly served: { readonly variant: string; readonly reason: string; readonly regret: number | null };
  /** Spearman's correlation of predicted and measured latency; null with fewer than three predictions. */
  readonly rankCorrelation: number | null;
}

export function reportBench(input: {
  readonly tag: string;
  readonly device: DeviceFeatures;
  readonly measured: readonly Measurement[];
  readonly paths: ReadonlyMap<string, readonly string[]>;
  readonly explanation: Pick<Explained, 'chosen' | 'reason'> & {
    readonly candidates: readonly { readonly variant: string; readonly predictedNs: number | null }[];
  };
}): BenchReport {
  const { tag, device, paths, explanation } = input;
  const measured = [...input.measured].sort((a, b) => a.medianNs - b.medianNs);
  const best = measured[0]?.medianNs ?? Number.NaN;
  const predictions = new Map(explanation.candidates.map((row) => [row.variant, row.predictedNs]));
  const predicted = measured
    .flatMap(({ name }) => {
      const ns = predictions.get(name);
      return ns == null ? [] : [{ name, ns }];
    })
    .sort((a, b) => a.ns - b.ns);
  const rankOf = new Map(predicted.map(({ name }, at) => [name, at + 1]));
  const variants = measured.map(
    ({ name, ...figures }, at): BenchRow => ({
      variant: name,
      path: paths.get(name) ?? [],
      ...figures,
      ratio: figures.medianNs / best,
      measuredRank: at + 1,
      predictedNs: predictions.get(name) ?? null,
      predictedRank: rankOf.get(name) ?? null,
    }),
  );
  const both = variants.filter((row) => row.predictedNs !== null);
  const served = variants.find((row) => row.variant === explanation.chosen);
  return {
    tag,
    deviceClass: deviceClass(device).at(-1) ?? device.target,
    variants,
    served: {
      variant: explanation.chosen,
      reason: explanation.reason,
      regret: served ? served.ratio - 1 : null,
    },
    rankCorrelation: rankCorrelation(
      both.map((row) => row.medianNs),
      both.map((row) => row.predictedNs ?? 0),
    ),
  };
}

/** The report as lines for a terminal. */
export function formatBench(report: BenchReport, paint: Output['paint']): readonly string[] {
  const nodes = Math.max(0, ...report.variants.map((row) => row.path.length));
  const choices = Array.from({ length: nodes }, (_, node) => node).filter(
    (node) => new Set(report.variants.map((row) => row.path[node])).size > 1,
  );
  const lines = formatTable(report.variants, [
    { title: '#', align: 'right', cell: (row) => String(row.measuredRank) },
    {
      title: 'variant',
      cell: (row) =>
        row.variant === report.served.variant ? paint(['green', 'bold'], row.variant) : row.variant,
    },
    { title: 'measured', align: 'right', cell: (row) => formatDuration(row.medianNs) },
    {
      title: 'quartiles',
      align: 'right',
      cell: (row) => `${formatDuration(row.lowNs)} – ${formatDuration(row.highNs)}`,
    },
    { title: 'to best', align: 'right', cell: (row) => `${row.ratio.toFixed(2)}×` },
    { title: 'predicted', align: 'right', cell: (row) => formatDuration(row.predictedNs) },
    {
      title: 'rank',
      align: 'right',
      cell: (row) => (row.predictedRank === null ? '–' : String(row.predictedRank)),
    },
    {
      title: 'path, where variants differ',
      cell: (row) => choices.map((node) => row.path[node] ?? '–').join(' · ') || 'the only one',
    },
  ]);
  const { served, rankCorrelation: correlation } = report;
  const regret =
    served.regret === null
      ? 'not measured here'
      : `${(served.regret * 100).toFixed(1)} % slower than the fastest`;
  return [
    `${paint('bold', report.tag)} on ${report.deviceClass}`,
    ...lines,
    `served now: ${paint('green', served.variant)} (${served.reason}), ${served.regret === 0 ? 'the fastest' : regret}`,
    ...(correlation === null
      ? []
      : [`rank correlation of predicted and measured: ${correlation.toFixed(2)}`]),
  ];
}
