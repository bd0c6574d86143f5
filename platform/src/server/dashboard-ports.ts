// The dashboard's questions, answered by the selector and by the ingest's counters.

import type { Explanation, FunctionDetail, PlatformQueries } from '@everypath/dashboard';
import { fetchRequestSchema } from '@everypath/schema';
import type { Ingest } from '@everypath/telemetry-ingest';
import type {
  FunctionEntry,
  Selector,
  Explanation as SelectorExplanation,
} from '@everypath/variant-selector';
import { deviceOfClass } from '../cli/device.ts';

/** What explaining is done as: explaining changes no decision, so any id does. */
const EXPLAINER = 'dashboard-explains';

export function dashboardPorts(selector: Selector, ingest: Ingest): PlatformQueries {
  return {
    functions: async () =>
      selector.functions().map((entry) => ({
        tag: entry.tag,
        description: entry.description,
        variants: entry.variants.length,
        targets: [...new Set(entry.variants.map((variant) => variant.target))],
        updatedAtMs: entry.publishedAtMs,
      })),
    function: async (tag) => {
      const entry = selector.function(tag);
      return entry && toDetail(entry);
    },
    async decisions({ tag, limit }) {
      // What was decided a moment ago is still on its way to Postgres.
      await selector.flush();
      const decisions = await selector.decisions({ limit, ...(tag === null ? {} : { tag }) });
      return decisions.map(({ decidedAtMs, ...decision }) => ({ ...decision, atMs: decidedAtMs }));
    },
    async explain(tag, cell) {
      const device = deviceOfClass(cell);
      const entry = selector.function(tag);
      if (!device || !entry?.variants.some((variant) => variant.target === device.target)) return null;
      return toExplanation(selector.explain(tag, fetchRequestSchema.parse({ device, deviceId: EXPLAINER })));
    },
    ledger: async () => ingest.stats().ledger,
  };
}

const toDetail = (entry: FunctionEntry): FunctionDetail => ({
  tag: entry.tag,
  description: entry.description,
  file: entry.file,
  source: entry.source,
  signature: entry.signature,
  nodes: entry.nodes,
  toolchain: entry.toolchain,
  variants: entry.variants,
  pinned: entry.overrides.find((override) => override.scope === '')?.variant ?? null,
});

/** The selector's explanation in the dashboard's words. */
const toExplanation = (answer: SelectorExplanation): Explanation => ({
  tag: answer.tag,
  deviceClass: answer.deviceClass,
  chosen: answer.chosen,
  reason: answer.reason,
  propensity: answer.candidates.find((candidate) => candidate.variant === answer.chosen)?.propensity ?? 1,
  summary: answer.summary,
  excluded: answer.excluded,
  candidates: answer.candidates.map(({ nodes, interval90Ns, ...candidate }) => ({
    ...candidate,
    intervalNs: interval90Ns,
    nodes: nodes.map(({ node, fromClass, ...rest }) => ({ index: node, cell: fromClass ?? '', ...rest })),
  })),
});
