// From specifications to drivers: resolves each call, and writes the C++ that lets the oracle call every variant.

import type { Architecture, Dtype, IsaLevel, LibraryName, Type } from '@everypath/schema';
import { isaCovers, typeKey } from '@everypath/schema';
import { cppDtype, cppType } from '../cpp-type.ts';
import type {
  Attributes,
  CallSite,
  Constant,
  OperandReference,
  OperatorVariant,
  Resolution,
  Tolerance,
} from '../descriptor.ts';
import { operatorIdentifier, operators, resolveCall, resolveSubscript, variantsOf } from '../registry.ts';
import { hasWithin, scalarCall } from '../scalar-functions.ts';
import { type IndexItem, subscriptOperands } from '../subscript.ts';
import { dtypeOf } from '../value-types.ts';
import { takesTypes } from '../variants.ts';
import { runsHere } from './host-libraries.ts';

/** One call to be tried on many inputs. `cases` and `reference` are Python, read by `oracle.py`. */
export interface Specification {
  readonly name: string;
  readonly call: CallSite | { readonly subscript: readonly IndexItem[]; readonly object: Type };
  readonly cases: readonly string[];
  readonly reference: string;
  readonly tolerance?: Tolerance;
  /** For synthesised operators: the body struct's members and the result. */
  readonly body?: {
    readonly operator: string;
    readonly source: string;
    readonly result: Type;
    /** How many functions that cost much a fused chain has; from two on `source` has `passes`. */
    readonly functions?: number;
  };
  /** What else people call for this, by name: Python lambdas like `reference`, timed beside it, never compared. */
  readonly peers?: Readonly<Record<string, string>>;
}

export interface Driver {
  readonly name: string;
  readonly symbol: string;
  /** Index into the plan's compile units. */
  readonly library: number;
}

export interface PlannedSpecification {
  readonly name: string;
  /** The operator's name; empty for a primitive. */
  readonly operator: string;
  readonly operands: readonly OperandReference[];
  readonly drivers: readonly Driver[];
  readonly cases: readonly string[];
  readonly reference: string;
  readonly tolerance: Tolerance;
  readonly peers: Readonly<Record<string, string>>;
}

export interface CompileUnit {
  readonly isa: IsaLevel;
  readonly flags: readonly string[];
  /** What its variants call. */
  readonly library?: LibraryName;
  readonly source: string;
}

export interface Plan {
  readonly specs: readonly PlannedSpecification[];
  readonly units: readonly CompileUnit[];
}

interface Kernel {
  readonly operator: string;
  readonly operands: readonly OperandReference[];
  readonly types: readonly Type[];
  readonly result: Type;
  /** Members of the attribute or body struct. */
  readonly members: string;
}

const EXACT: Tolerance = { kind: 'exact' };

/**
 * Plans every variant that a device of this level runs. Not `thorough`: dtypes beyond float32, and single elementwise
 * functions, get one variant each in turn; compiling all of them takes minutes. With `keep`, only variants that it
 * keeps are planned, and specifications without any are left out.
 */
export function planDrivers(
  specs: readonly Specification[],
  architecture: Architecture,
  level: IsaLevel,
  thorough = false,
  keep?: (variant: OperatorVariant) => boolean,
): Plan {
  const units = new Map<string, Omit<CompileUnit, 'source'> & { lines: string[]; index: number }>();
  const unitFor = (isa: IsaLevel, flags: readonly string[], library?: LibraryName) => {
    const key = `${isa} ${library} ${flags.join(' ')}`;
    let unit = units.get(key);
    if (!unit) {
      const lines = ['#include "src/harness/driver.hpp"'];
      unit = { isa, flags, ...(library ? { library } : {}), lines, index: units.size };
      units.set(key, unit);
    }
    return unit;
  };
  const baseline = (['x86-64', 'armv8-a', 'wasm-mvp'] as const).find((each) => isaCovers(level, each))!;
  const planned = specs.flatMap((spec, number): PlannedSpecification | readonly [] => {
    const { resolution, types } = resolve(spec);
    if (resolution.kind === 'primitive') {
      if (keep) return [];
      const unit = unitFor(baseline, []);
      const symbol = `case_${number}_primitive`;
      unit.lines.push(primitiveDriver(symbol, resolution, types));
      const drivers = [{ name: 'primitive', symbol, library: unit.index }];
      return finish(spec, '', resolution.operands, drivers, spec.tolerance ?? EXACT);
    }
    const kernel = kernelOf(spec, resolution, types);
    const descriptor = operators.find(({ name }) => name === kernel.operator)!;
    const drivers = variantsOf(kernel.operator)
      .filter((variant) => runsHere(variant, architecture, level) && takesTypes(variant, types.map(typeKey)))
      .filter((variant) => (variant.functions ?? 0) <= (spec.body?.functions ?? 0))
      .filter((variant) => keep?.(variant) ?? true)
      .filter((_, index, all) => thorough || isMain(spec, resolution, types) || number % all.length === index)
      .map((variant): Driver => {
        const unit = unitFor(variant.isa[architecture]!, variant.flags, variant.library);
        const symbol = `case_${number}_${variant.name}`;
        unit.lines.push(...kernelDriver(symbol, kernel, variant, number));
        return { name: variant.name, symbol, library: unit.index };
      });
    if (keep && drivers.length === 0) return [];
    const tolerance = spec.tolerance ?? descriptor.tolerance;
    return finish(spec, kernel.operator, kernel.operands, drivers, tolerance);
  });
  return {
    specs: planned,
    units: [...units.values()].map(({ lines, index: _, ...unit }) => ({
      ...unit,
      source: `${lines.join('\n')}\n`,
    })),
  };
}

const isMain = (spec: Specification, resolution: Resolution, types: readonly Type[]): boolean =>
  spec.body !== undefined ||
  (resolution.kind === 'kernel' && types.every((type) => type.kind !== 'array' || type.dtype === 'float32'));

const finish = (
  { name, cases, reference, peers = {} }: Specification,
  operator: string,
  operands: readonly OperandReference[],
  drivers: readonly Driver[],
  tolerance: Tolerance,
): PlannedSpecification => ({ name, operator, operands, drivers, cases, reference, tolerance, peers });

function resolve(spec: Specification): {
  resolution: Exclude<Resolution, { kind: 'error' }>;
  types: readonly Type[];
} {
  const { call } = spec;
  const subscript = 'subscript' in call;
  const operands = subscript
    ? subscriptOperands({ type: call.object }, call.subscript)
    : [...call.args, ...Object.values(call.kwargs)];
  const keywords = subscript ? [] : Object.keys(call.kwargs);
  const positional = subscript ? operands.length : call.args.length;
  if (spec.body) {
    const { operator, result } = spec.body;
    const references = operands.map((_, index): OperandReference => ({ from: 'arg', index }));
    const types = operands.map(({ type }) => type);
    return {
      resolution: { kind: 'kernel', operator, operands: references, attributes: {}, results: [result] },
      types,
    };
  }
  const resolution = subscript ? resolveSubscript({ type: call.object }, call.subscript) : resolveCall(call);
  if (resolution.kind === 'error') throw new Error(`${spec.name}: ${resolution.message}`);
  const types = resolution.operands.map((reference): Type => {
    if (reference.from === 'constant') return reference.type;
    const index = reference.from === 'arg' ? reference.index : positional + keywords.indexOf(reference.name);
    return operands[index]!.type;
  });
  // The oracle counts keyword arguments after positional ones.
  const flat = resolution.operands.map(
    (reference): OperandReference =>
      reference.from === 'kwarg'
        ? { from: 'arg', index: positional + keywords.indexOf(reference.name) }
        : reference,
  );
  return { resolution: { ...resolution, operands: flat } as typeof resolution, types };
}

function kernelOf(
  spec: Specification,
  resolution: Extract<Resolution, { kind: 'kernel' | 'map' }>,
  types: readonly Type[],
): Kernel {
  const { operands } = resolution;
  if (resolution.kind === 'kernel') {
    const members = spec.body?.source ?? attributeMembers(resolution.attributes);
    return { operator: resolution.operator, operands, types, result: resolution.results[0]!, members };
  }
  const dtypes = types.map((type) => dtypeOf(type)!);
  const compute = resolution.compute as Dtype;
  const parameters = dtypes.map((dtype, index) => `${cppDtype(dtype)} x${index}`);
  const args = dtypes.map((_, index) => `ep::as<${cppDtype(compute)}>(x${index})`);
  const output = cppDtype(dtypeOf(resolution.result)!);
  const apply = (name: string, before: readonly string[], within: boolean): string =>
    `static Output ${name}(${[...before, ...parameters].join(', ')}) ` +
    `{ return ${scalarCall(resolution.fn, compute, args, within)}; }`;
  const members = [
    `using Output = ${output};`,
    apply('apply', [], false),
    ...(hasWithin(resolution.fn, compute) ? [apply('apply_within', ['bool& outside'], true)] : []),
  ].join(' ');
  return { operator: 'everypath.fused', operands, types, result: resolution.result, members };
}

const attributeMembers = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(
      ([name, value]) =>
        `static constexpr ${typeof value === 'boolean' ? 'bool' : 'int'} ${name} = ${value};`,
    )
    .join(' ');

const loads = (types: readonly Type[]): string =>
  types
    .map((type, index) => `  const auto x${index} = ep::harness::Io<${cppType(type)}>::from(args[${index}]);`)
    .join('\n');

const HEAD =
  '(const ep_value* args, ep_value* result, ep_error* error) {\n  ep::Frame frame;\n  frame.error = error;\n';

function kernelDriver(
  symbol: string,
  kernel: Kernel,
  variant: OperatorVariant,
  number: number,
): readonly string[] {
  const folder = operatorIdentifier(kernel.operator);
  const names = kernel.types.map((_, index) => `x${index}`);
  const result = cppType(kernel.result);
  return [
    `#include "${variant.header}"`,
    `#include "ops/${folder}/features.hpp"`,
    `struct Settings_${number}_${variant.name} { ${kernel.members} };`,
    `extern "C" int32_t ${symbol}${HEAD}${loads(kernel.types)}
  double sizes[EP_MAX_FEATURES] = {};
  ep::op::${folder}::features(sizes${names.map((name) => `, ${name}`).join('')});
  for (double size : sizes) if (!(size >= 0 && size < 1e18)) return 99;
  ${result} out{};
  const ep::Status status = ep::op::${folder}::${variant.name}::run<Settings_${number}_${variant.name}>(${['frame', ...names, 'out'].join(', ')});
  if (status == EP_OK) ep::harness::Io<${result}>::to(out, *result);
  return status;
}`,
  ];
}

function primitiveDriver(
  symbol: string,
  resolution: Extract<Resolution, { kind: 'primitive' }>,
  types: readonly Type[],
): string {
  const template = Object.values(resolution.attributes);
  const fn = `ep::prim::${resolution.name}${template.length > 0 ? `<${template.join(', ')}>` : ''}`;
  const names = types.map((_, index) => `x${index}`);
  const result = cppType(resolution.result);
  const call = resolution.raises
    ? `${result} out{};\n  const ep::Status status = ${fn}(${['frame', ...names, 'out'].join(', ')});`
    : `const ${result} out = ${fn}(${names.join(', ')});\n  const ep::Status status = EP_OK;`;
  return `extern "C" int32_t ${symbol}${HEAD}${loads(types)}
  ${call}
  if (status == EP_OK) ep::harness::Io<${result}>::to(out, *result);
  return status;
}`;
}

/** An operand of a type, with its value where the rule needs to know it. */
export const operand = (type: Type, constant?: Constant) =>
  constant === undefined ? { type } : { type, constant };
