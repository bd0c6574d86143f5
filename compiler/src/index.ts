// The one entry of the compiler.

export {
  createFrontend,
  type Frontend,
  type FrontendOptions,
  type FrontendResult,
  type SourceRequest,
} from './frontend.ts';
export * from './ir/diagnostic.ts';
export * from './ir/ir.ts';
export { parseModule } from './ir/parse.ts';
export { type PrintOptions, printModule } from './ir/print.ts';
