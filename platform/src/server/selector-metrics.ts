// The selector's counters as Prometheus text.

import type { SelectorStats } from '@everypath/variant-selector';

const METRICS = [
  ['functions', 'gauge', 'Published functions.', (stats) => stats.functions],
  ['registry_away', 'gauge', '1 while Postgres does not answer.', (stats) => Number(stats.registryAway)],
  ['model_generation', 'counter', 'Fits that saw new samples.', (stats) => stats.generation],
  ['model_samples', 'gauge', 'Samples behind the models.', (stats) => stats.samples],
  ['refits_total', 'counter', 'Fits.', (stats) => stats.refits],
  ['refit_failures_total', 'counter', 'Fits that could not read samples.', (stats) => stats.refitFailures],
  ['refit_running', 'gauge', '1 while a fit runs.', (stats) => Number(stats.refitRunning)],
  ['refit_seconds', 'gauge', 'Duration of the last fit.', (stats) => stats.refitMs / 1000],
  ['refit_heap_bytes', 'gauge', 'Memory of the fitting thread.', (stats) => stats.refitHeapBytes],
  ['latency_changes', 'gauge', 'Changes of latency noticed of late.', (stats) => stats.changes],
  ['fetches_total', 'counter', 'Fetches answered.', (stats) => stats.fetches],
  ['fetches_unchanged_total', 'counter', 'Fetches answered with 304.', (stats) => stats.fetchesUnchanged],
  ['crashes_total', 'counter', 'Crashes that devices reported.', (stats) => stats.crashes],
  ['rollouts_started_total', 'counter', 'Roll-outs begun.', (stats) => stats.rollouts.started ?? 0],
  ['promotions_total', 'counter', 'Variants put in place.', (stats) => stats.rollouts.promoted ?? 0],
  ['rollbacks_total', 'counter', 'Variants taken back.', (stats) => stats.rollouts['rolled-back'] ?? 0],
  ['kills', 'gauge', 'Switched off.', (stats) => stats.kills],
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
