// The one entry of the compiler.

export type {
  BuildEvent,
  BuildOptions,
  BuildResult,
  CostQuestion,
  LinkedVariant,
  PlannedTarget,
  TargetResult,
} from './build/build-types.ts';
export { type BuildDependencies, machineDependencies } from './build/dependencies.ts';
export { type Elsewhere, type PortableWork, performWork } from './build/portable-work.ts';
export { publishedText } from './build/prepare-module.ts';
export { createProgressView, type ProgressOutput, type ProgressView } from './build/progress-view.ts';
export { buildFunction, DEFAULT_BUDGET } from './build-function.ts';
export {
  createFrontend,
  type Frontend,
  type FrontendOptions,
  type FrontendResult,
  type SourceRequest,
} from './frontend.ts';
export { inspectionFaults, inspectProgram } from './inspect/inspect-program.ts';
export * from './ir/diagnostic.ts';
export * from './ir/ir.ts';
export { parseModule } from './ir/parse.ts';
export { type PrintOptions, printModule } from './ir/print.ts';
export {
  type LinkedPath,
  type LinkRequest,
  type NamedPath,
  openPathLinker,
  type PathLinker,
  type PathName,
  type PathsOfTarget,
} from './path-linker.ts';
export type { PrunedVariant } from './paths/admissible.ts';
export { readSharedContent, type SharedStore } from './store/shared-store.ts';
export { TARGET_TOOLCHAINS } from './targets/registry.ts';
export { BuildError, type BuildErrorCode } from './toolchain/build-error.ts';
export { type BuildTools, openBuildTools } from './toolchain/build-tools.ts';
export { locateToolchain, type Toolchain, toolchainSettings } from './toolchain/locate.ts';
