// The one entry of the contracts: everything that more than one room must agree on, and no I/O.

export * from './clickhouse/claim.ts';
export * from './clickhouse/cluster.ts';
export * from './clickhouse/migrations.ts';
export * from './clickhouse/op-hist.ts';
export * from './clickhouse/op-sample.ts';
export * from './clickhouse/op-session.ts';
export * from './clickhouse/receipt.ts';
export * from './device.ts';
export * from './errors.ts';
export * from './libraries.ts';
export * from './manifest.ts';
export * from './postgres/database.ts';
export * from './postgres/migrations.ts';
export * from './program.ts';
export * from './targets.ts';
export * from './telemetry.ts';
export * from './types.ts';
