// The one entry of this package.

export { type Clock, systemClock } from './clock.ts';
export { SelectorError, type SelectorErrorCode } from './errors.ts';
export type { Log } from './log.ts';
export { DEFAULT_POLICY, type PolicyOptions } from './policy/options.ts';
export { type Random, systemRandom } from './random.ts';
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
export type { RefitReport } from './serve/model-keeper.ts';
export { rotateKeys } from './signing/key-folder.ts';
export { verifyManifest } from './signing/sign-manifest.ts';
export type { TelemetryClaims, TelemetryTokens } from './signing/telemetry-token.ts';
