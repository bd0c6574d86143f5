// The one entry of the compiler.

export * from './ir/diagnostic.ts';
export * from './ir/ir.ts';
