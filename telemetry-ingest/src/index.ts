// The one entry of telemetry-ingest: opening ClickHouse, its schema, and the ingest itself.

export { migrateClickHouse } from './clickhouse/migrate.ts';
export { type ClickHouse, type ClickHouseOptions, openClickHouse } from './clickhouse/open.ts';
export { telemetryRoute } from './edge/route.ts';
export { createIngest, type Ingest, type IngestOptions, type IngestStats, type Readiness } from './ingest.ts';
export { isBalanced, type Ledger } from './ledger.ts';
export { defaultLimits, type IngestLimits } from './limits.ts';
export type {
  Catalog,
  CatalogProgram,
  Clock,
  Log,
  Random,
  TelemetryClaims,
  TokenVerifier,
} from './ports.ts';
export type { SpoolFile, SpoolFs } from './spool/spool-fs.ts';
