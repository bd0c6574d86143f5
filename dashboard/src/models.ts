// Loads what each page shows, as plain data: the same object is rendered as HTML and sent as JSON.

import type { DecisionsModel } from './pages/decisions.ts';
import type { ExplainModel } from './pages/explain.ts';
import type { FunctionModel, VariantRow } from './pages/function.ts';
import { ACTIVITY_SLOTS, type HomeModel } from './pages/home.ts';
import { HEAT_SLOTS, type OperatorModel } from './pages/operator.ts';
import { buildMatrix, type OperatorsModel } from './pages/operators.ts';
import type { DashboardDependencies, Decision, FunctionDetail } from './ports.ts';
import { causesOf, PERIODS, type ViewState } from './state.ts';
import { ratioToBest } from './statistics.ts';
import type { ClassRow, SampleFilter, SampleStore } from './store.ts';

export interface Models {
  filter(state: ViewState): SampleFilter;
  home(state: ViewState): Promise<Omit<HomeModel, 'classes' | 'totals'>>;
  function(state: ViewState, tag: string): Promise<FunctionModel | null>;
  operators(state: ViewState): Promise<OperatorsModel>;
  operator(state: ViewState, operator: string): Promise<OperatorModel>;
  decisions(state: ViewState): Promise<DecisionsModel>;
  explain(state: ViewState, tag: string, classes: readonly ClassRow[]): Promise<ExplainModel | null>;
}

const inClass = (cell: string, prefix: string): boolean =>
  prefix === '' || cell === prefix || cell.startsWith(`${prefix}/`);

/** Slot length that divides the period, so that the last slot ends now. */
const slotMs = (state: ViewState, slots: number): number => Math.ceil(PERIODS[state.period] / slots);

export function createModels({ platform, clock }: DashboardDependencies, store: SampleStore): Models {
  const filter = (state: ViewState): SampleFilter => ({
    fromMs: clock.nowMs() - PERIODS[state.period],
    causes: causesOf(state),
    deviceClass: state.class,
  });

  /** The finest class with samples of the function, when the page names none: the most telling thing to show first. */
  async function chosenClass(state: ViewState, detail: FunctionDetail, latest: Decision | undefined) {
    if (state.class) return state.class;
    return latest?.deviceClass ?? detail.variants[0]?.target ?? '';
  }

  return {
    filter,
    async home(state) {
      const [functions, activity, ledger, decisions] = await Promise.all([
        platform.functions(),
        store.activity(filter(state), slotMs(state, ACTIVITY_SLOTS)),
        platform.ledger(),
        platform.decisions({ tag: null, limit: 8 }),
      ]);
      return {
        functions: functions.map((row) => {
          const counts = Array.from({ length: ACTIVITY_SLOTS }, () => 0);
          for (const entry of activity) {
            if (entry.tag === row.tag)
              counts[Math.min(ACTIVITY_SLOTS - 1, Math.max(0, entry.slot))]! += entry.count;
          }
          return { ...row, activity: counts, samples: counts.reduce((sum, count) => sum + count, 0) };
        }),
        ledger,
        decisions,
      };
    },

    async function(state, tag) {
      const detail = await platform.function(tag);
      if (!detail) return null;
      const decisions = await platform.decisions({ tag, limit: 100 });
      const shown = await chosenClass(state, detail, decisions[0]);
      const within = { ...filter(state), deviceClass: shown };
      const [measured, explanation] = await Promise.all([
        store.variants(within, tag),
        // Only a whole class is a device; a coarser cell has no one decision.
        shown.split('/').length === 4 ? platform.explain(tag, shown) : null,
      ]);
      const estimates = new Map(measured.map((row) => [row.variant, row]));
      const predictions = new Map(explanation?.candidates.map((row) => [row.variant, row.predictedNs]));
      const candidates = detail.variants.filter((row) => inClass(shown, row.target) || shown === '');
      const best = Math.min(...candidates.map((row) => estimates.get(row.id)?.medianNs ?? Infinity));
      const rows = candidates.map((row): VariantRow => {
        const estimate = estimates.get(row.id) ?? null;
        return {
          id: row.id,
          target: row.target,
          isaLevel: row.isaLevel,
          path: row.path,
          sizeBytes: row.sizeBytes,
          proof: row.proof,
          measured: estimate && withoutKey(estimate),
          predictedNs: predictions.get(row.id) ?? null,
          ratio: estimate ? (estimate.medianNs === best ? 1 : ratioToBest(estimate.medianNs, best)) : null,
        };
      });
      // What the selector would serve now; for a coarser cell, what it last served there of its own accord.
      const latest = decisions.find((row) => row.cause === 'auto' && inClass(row.deviceClass, shown));
      const served = explanation
        ? { variant: explanation.chosen, reason: explanation.reason }
        : latest
          ? { variant: latest.variant, reason: latest.reason }
          : null;
      const order = (row: VariantRow): number => row.measured?.medianNs ?? 1e15 + (row.predictedNs ?? 1e15);
      rows.sort((a, b) => order(a) - order(b) || (a.id < b.id ? -1 : 1));
      const timed = estimates.has(served?.variant ?? '')
        ? served!.variant
        : (rows.find((row) => row.measured)?.id ?? null);
      const { variants, ...rest } = detail;
      return {
        detail: rest,
        deviceClass: shown,
        variants: rows.slice(0, state.limit),
        total: rows.length,
        served,
        timed,
        nodes: timed ? await store.nodes(within, tag, timed) : [],
        targets: targetsOf(variants),
        decisions: decisions.slice(0, 8),
      };
    },

    operators: async (state) => buildMatrix(await store.operators(filter(state), state.depth, '')),

    async operator(state, operator) {
      const all = await store.operators(filter(state), state.depth, operator);
      const specializations = [...new Set(all.map((row) => row.specialization))].sort();
      const specialization = specializations.includes(state.specialization)
        ? state.specialization
        : (specializations[0] ?? '');
      const within = filter(state);
      return {
        operator,
        specializations,
        specialization,
        estimates: all.filter((row) => row.specialization === specialization),
        heat: await store.heat(within, operator, specialization, slotMs(state, HEAT_SLOTS)),
        fromMs: within.fromMs,
        toMs: clock.nowMs(),
      };
    },

    async decisions(state) {
      return { decisions: await platform.decisions({ tag: state.tag || null, limit: state.limit }) };
    },

    async explain(state, tag, classes) {
      const detail = await platform.function(tag);
      if (!detail) return null;
      const cell = state.class || (classes[0]?.deviceClass ?? '');
      const explanation = cell.split('/').length === 4 ? await platform.explain(tag, cell) : null;
      return { tag, deviceClass: cell, explanation, nodes: detail.nodes };
    },
  };
}

function withoutKey<Row extends { variant: string }>({
  variant: _variant,
  ...estimate
}: Row): Omit<Row, 'variant'> {
  return estimate;
}

function targetsOf(variants: FunctionDetail['variants']): FunctionModel['targets'] {
  const targets = new Map<string, { target: string; variants: number; bytes: number }>();
  for (const row of variants) {
    const entry = targets.get(row.target) ?? { target: row.target, variants: 0, bytes: 0 };
    entry.variants += 1;
    entry.bytes += row.sizeBytes;
    targets.set(row.target, entry);
  }
  return [...targets.values()];
}
