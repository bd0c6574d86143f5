// The client's entry for Node.

export * from './errors.ts';
export { hostTarget } from './host-target.ts';
export { type OpenOptions, openProgram } from './open-program.ts';
export type { Program, TelemetryMode } from './program.ts';
export type { ProbeRecord } from './read-value.ts';
export type { Image, Tensor, TypedArray, Value } from './values.ts';
