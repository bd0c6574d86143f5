// The one entry of the contracts: everything that more than one room must agree on, and no I/O.

export * from './device.ts';
export * from './errors.ts';
export * from './manifest.ts';
export * from './program.ts';
export * from './targets.ts';
export * from './telemetry.ts';
export * from './types.ts';
