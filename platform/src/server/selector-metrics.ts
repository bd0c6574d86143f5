// The selector's counters as Prometheus text.

import type { SelectorStats } from '@everypath/variant-selector';

const METRICS = [
  ['functions', 'gauge', 'Published functions.', (stats) => stats.functions],
  ['registry_away', 'gauge', '1 while Postgres does not answer.', (stats) => Number(stats.registryAway)],
  ['model_generation', 'counter', 'Fits that saw new samples.', (stats) => stats.generation],
  ['model_samples', 'gauge', 'Samples behind the models.', (stats) => stats.samples],
  ['refits_total', 'counter', 'Fits.', (stats) => stats.refits],
  ['refit_failures_total', 'counter', 'Fits that could not read samples.', (stats) => stats.refitFailures],
  ['decisions_waiting', 'gauge', 'Decisions on their way to Postgres.', (stats) => stats.decisionsWaiting],
  ['decisions_stored_total', 'counter', 'Decisions in Postgres.', (stats) => stats.decisionsStored],
  [
    'decisions_dropped_total',
    'counter',
    'Decisions lost while Postgres was away.',
    (stats) => stats.decisionsDropped,
  ],
] as const satisfies readonly (readonly [
  string,
  'gauge' | 'counter',
  string,
  (stats: SelectorStats) => number,
])[];

/** Prometheus text. */
export const selectorMetrics = (stats: SelectorStats): string =>
  METRICS.map(
    ([name, type, help, value]) =>
      `# HELP everypath_selector_${name} ${help}\n# TYPE everypath_selector_${name} ${type}\neverypath_selector_${name} ${value(stats)}\n`,
  ).join('');
