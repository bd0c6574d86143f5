// The front end: a Python source in, a typed module or diagnostics out. Owns the sandbox process; everything else is
// pure passes.

import * as operators from '@everypath/operators';
import type { Type } from '@everypath/schema';
import type { Diagnostic } from './ir/diagnostic.ts';
import type { IrModule, Span } from './ir/ir.ts';
import { type PassObserver, runPasses, TRACED_PASSES, TYPED_PASSES } from './passes/run-passes.ts';
import type { LiveFailure } from './sandbox/protocol.ts';
import { Sandbox, type SandboxOptions } from './sandbox/sandbox.ts';
import { traceModule } from './trace/module.ts';
import { typeModule } from './types/module.ts';

export interface SourceRequest {
  readonly source: string;
  /** Name for messages and tracebacks. */
  readonly file: string;
  /** The entrypoint's name; default: the decorated function, else `entry`. */
  readonly entry?: string;
  /** Types by parameter name (`return` for the result) where annotations leave them open. */
  readonly argumentTypes?: Readonly<Record<string, Type>>;
}

export interface FrontendOptions extends SandboxOptions {
  /** Sees the module after each pass: dumps, and `verify` in tests. */
  readonly observer?: PassObserver;
}

export interface FrontendResult {
  /** Null when a diagnostic is an error. */
  readonly module: IrModule | null;
  readonly diagnostics: Diagnostic[];
}

export interface Frontend {
  compileSource(request: SourceRequest): Promise<FrontendResult>;
  close(): Promise<void>;
}

/** Starts the sandbox (about 2 s once) and returns the front end. */
export async function createFrontend(options: FrontendOptions = {}): Promise<Frontend> {
  const sandbox = new Sandbox(options);
  await sandbox.start();
  return {
    compileSource: async (request) => {
      const inspection = await sandbox.inspect(request.source);
      if ('failure' in inspection) {
        return { module: null, diagnostics: [diagnose(inspection.failure, request.file)] };
      }
      const traced = traceModule(inspection, request);
      if (traced.module === null) return { module: null, diagnostics: [...traced.diagnostics] };
      options.observer?.after('trace', traced.module);
      const typed = typeModule(runPasses(TRACED_PASSES, traced.module, options.observer), operators);
      if (typed.module === null) return { module: null, diagnostics: [...typed.diagnostics] };
      options.observer?.after('types', typed.module);
      const module = runPasses(TYPED_PASSES, typed.module, options.observer);
      return { module, diagnostics: [...typed.diagnostics] };
    },
    close: () => sandbox.close(),
  };
}

const HINTS: Readonly<Record<LiveFailure['kind'], readonly [string, string]>> = {
  syntax: ['EP_SYNTAX', 'Python itself does not accept this.'],
  module: [
    'EP_MODULE_LEVEL',
    'Module-level code runs in a sandbox without third-party packages: keep it to definitions and constants, or move it under if __name__ == "__main__".',
  ],
  timeout: ['EP_SANDBOX_TIMEOUT', 'Move long work out of the module level.'],
  crash: [
    'EP_SANDBOX_CRASH',
    'Module-level code took the sandbox down: keep it to definitions and constants.',
  ],
};

function diagnose(failure: LiveFailure, file: string): Diagnostic {
  const [code, hint] = HINTS[failure.kind];
  const name = failure.kind === 'module' ? `${failure.type}: ` : '';
  const span: Span | null =
    failure.line === null
      ? null
      : {
          line: failure.line,
          column: failure.column,
          endLine: failure.endLine ?? failure.line,
          endColumn: failure.endColumn,
        };
  return { severity: 'error', code, message: `${name}${failure.message}`, hint, file, span };
}
