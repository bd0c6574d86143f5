// The demo's closing table: what each device was served before and after telemetry, against the fastest there is.

import type { Learned } from './learn.ts';
import type { Pair } from './pair.ts';
import type { Timed } from './time-every-variant.ts';

export interface DemoRow {
  readonly tag: string;
  readonly device: string;
  readonly variants: number;
  readonly cold: MeasuredVariant;
  readonly served: MeasuredVariant;
  readonly fastest: MeasuredVariant;
  readonly fetches: number;
  /** Calls that the device made and measured. */
  readonly calls: number;
}

export interface MeasuredVariant {
  readonly variant: string;
  readonly ns: number;
}

/** The row of one function on one device. */
export function rowOf(
  { tag, device, variants }: Pair,
  { cold, served, fetches, calls }: Learned,
  { ns, fastest }: Timed,
): DemoRow {
  const of = (variant: string): MeasuredVariant => ({
    variant,
    ns: ns[variant] ?? Number.POSITIVE_INFINITY,
  });
  return {
    tag,
    device: device.name,
    variants: variants.length,
    cold: of(cold),
    served: of(served),
    fastest: of(fastest),
    fetches,
    calls,
  };
}

/** Served over fastest, less one. Never below zero: what was served stays in to the last bout. */
export const regret = (row: DemoRow): number => row.served.ns / row.fastest.ns - 1;

export function formatDuration(ns: number): string {
  if (ns < 1e3) return `${ns.toFixed(0)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(1)} µs`;
  return `${(ns / 1e6).toFixed(2)} ms`;
}

const short = (measured: MeasuredVariant): string =>
  `${measured.variant.slice(0, 8)} ${formatDuration(measured.ns).padStart(9)}`;

export function formatTable(rows: readonly DemoRow[]): string {
  const heads = [
    'function',
    'device',
    'variants',
    'first served',
    'after telemetry',
    'fastest',
    'speed-up',
    'regret',
  ];
  const lines = rows.map((row) => [
    row.tag,
    row.device,
    String(row.variants),
    short(row.cold),
    short(row.served),
    short(row.fastest),
    `${(row.cold.ns / row.served.ns).toFixed(2)}×`,
    `${(regret(row) * 100).toFixed(1)} %`,
  ]);
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...lines.map((line) => (line[column] ?? '').length)),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  const format = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [format(heads), rule, ...lines.map(format)].join('\n');
}
