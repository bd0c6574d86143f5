// One object or one program of a build: made by this machine's tools, or by machines that share a store with it.

import type { TargetToolchain } from '../targets/target-toolchain.ts';
import { type CompileRequest, compileKey, compileObject } from '../toolchain/compile-object.ts';
import { type LinkParts, linkKey, linkProgram } from '../toolchain/link-program.ts';
import type { TargetSupport } from '../toolchain/stub-libraries.ts';
import type { BuildSession } from './build-session.ts';
import { compileWork, fromElsewhere, linkWork, type Made, productExtension } from './portable-work.ts';

/** Compiles a unit. */
export function makeObject({ tools, elsewhere }: BuildSession, request: CompileRequest): Promise<Made> {
  const { toolchain } = tools;
  const work = elsewhere && compileWork(toolchain.id, request);
  if (!elsewhere || !work) return compileObject(tools, request);
  return fromElsewhere(tools, elsewhere, { key: compileKey(toolchain, request), extension: '.o' }, work);
}

/** Links a path's objects. */
export function makeProgram(
  { tools, elsewhere, signal }: BuildSession,
  target: TargetToolchain,
  support: TargetSupport,
  parts: LinkParts,
): Promise<Made> {
  if (!elsewhere) return linkProgram(tools, target, support, parts, signal);
  const key = linkKey(tools.toolchain, target, support, parts);
  const work = linkWork(tools.toolchain.id, target, parts);
  return fromElsewhere(tools, elsewhere, { key, extension: productExtension(target.name) }, work);
}
