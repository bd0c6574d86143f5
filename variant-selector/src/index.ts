// The one entry of this package.

export { type Clock, systemClock } from './clock.ts';
export { SelectorError, type SelectorErrorCode } from './errors.ts';
export { leaveClassesOut, type UnseenFigures } from './evaluate/leave-classes-out.ts';
export { plotEvaluation } from './evaluate/plot.ts';
export {
  type EvaluationOptions,
  type EvaluationReport,
  evaluateFile,
  evaluateTable,
  POLICIES,
} from './evaluate/run.ts';
export { compareSizeEstimators, type EstimatorFigures } from './evaluate/size-estimators.ts';
export { collectTable, readTable, type Table } from './evaluate/table.ts';
export type { Measured as FleetMeasured } from './fleet/device.ts';
export { type DriftFinding, driftFindings, driftsOf } from './fleet/drift-scenario.ts';
export { type Engine as FleetEngine, inProcessEngine } from './fleet/engine.ts';
export type { FleetFigures, FleetResult } from './fleet/figures.ts';
export { plotRegret } from './fleet/plot.ts';
export type { FetchEvent } from './fleet/schedule.ts';
export { type SimulationOptions, simulateFleet } from './fleet/simulate.ts';
export { createWorld, type World as FleetWorld } from './fleet/world.ts';
export type { Log } from './log.ts';
export type { RankedPath } from './policy/best-path.ts';
export { DEFAULT_POLICY, type PolicyOptions } from './policy/options.ts';
export { type Random, systemRandom } from './random.ts';
export { CellPool } from './refit/cell-pool.ts';
export type { FamilyCells } from './refit/family-cells.ts';
export type { Decision } from './registry/decision-store.ts';
export type { FunctionEntry, Override, Program } from './registry/function-entry.ts';
export { openPostgres, type PostgresLocation } from './registry/postgres.ts';
export {
  type CatalogProgram,
  createSelector,
  type Selector,
  type SelectorDependencies,
  type SelectorOptions,
  type SelectorStats,
} from './selector.ts';
export type { Explanation } from './serve/explanation.ts';
export { hashDeviceId } from './serve/fetch.ts';
export type { RefitReport } from './serve/model-keeper.ts';
export { rotateKeys } from './signing/key-folder.ts';
export { verifyManifest } from './signing/sign-manifest.ts';
export type { TelemetryClaims, TelemetryTokens } from './signing/telemetry-token.ts';
