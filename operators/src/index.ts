// The one entry of the operator library.

export * from './descriptor.ts';
