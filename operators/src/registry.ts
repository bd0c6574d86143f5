// The operator library, loaded: every descriptor in `ops/`, its variants' front matter, and the rules of primitives.
// Answers what a call in Python resolves to.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  CallSite,
  Operand,
  OperatorDescriptor,
  OperatorVariant,
  PrimitiveRule,
  Resolution,
} from './descriptor.ts';
import { elementwiseRules } from './elementwise.ts';
import { arrayRules } from './primitives/array.ts';
import { createRules } from './primitives/create.ts';
import { imageRules } from './primitives/image.ts';
import { pythonRules } from './primitives/python.ts';
import { isNumpy } from './promotion.ts';
import { type IndexItem, subscriptRule } from './subscript.ts';
import { describe, refuse } from './value-types.ts';
import { parseVariant } from './variants.ts';

/** Absolute path of the folder `operators/`. */
export const operatorsRoot: string = dirname(dirname(fileURLToPath(import.meta.url)));

/** What the C++ compiler searches, in order: the runtime headers, the operators, the C ABI header. */
export const includeDirectories: readonly string[] = [
  join(operatorsRoot, 'include'),
  operatorsRoot,
  join(dirname(operatorsRoot), 'schema', 'include'),
];

interface Loaded {
  readonly folder: string;
  readonly descriptor: OperatorDescriptor;
  readonly variants: readonly OperatorVariant[];
}

async function loadOperator(folder: string): Promise<Loaded> {
  const directory = join(operatorsRoot, 'ops', folder);
  const { operator } = (await import(`../ops/${folder}/operator.ts`)) as { operator: OperatorDescriptor };
  const variants = readdirSync(directory)
    .filter((file) => file.endsWith('.hpp'))
    .sort()
    .map((file) =>
      parseVariant(operator.name, `ops/${folder}/${file}`, readFileSync(join(directory, file), 'utf8')),
    )
    .filter((variant) => variant !== undefined);
  if (variants.length === 0) throw new Error(`operators/ops/${folder} has no variant`);
  return { folder, descriptor: operator, variants };
}

const folders = readdirSync(join(operatorsRoot, 'ops'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();
const loaded: readonly Loaded[] = await Promise.all(folders.map(loadOperator));
const byName = new Map(loaded.map((each) => [each.descriptor.name, each]));

/** Every operator with variants. */
export const operators: readonly OperatorDescriptor[] = loaded.map(({ descriptor }) => descriptor);

function find(operatorName: string): Loaded {
  const found = byName.get(operatorName);
  if (!found) throw new RangeError(`no operator is called ${operatorName}`);
  return found;
}

/** The variants of an operator, by name. */
export const variantsOf = (operatorName: string): readonly OperatorVariant[] => find(operatorName).variants;

/** The operator's folder name, which is also its C++ namespace below `ep::op`. */
export const operatorIdentifier = (operatorName: string): string => find(operatorName).folder;

const rules = new Map<string, PrimitiveRule[]>();
for (const rule of [
  ...operators,
  ...arrayRules,
  ...createRules,
  ...imageRules,
  ...elementwiseRules,
  ...pythonRules,
]) {
  for (const callee of rule.callees) {
    const list = rules.get(callee);
    if (list) list.push(rule);
    else rules.set(callee, [rule]);
  }
}
const pythonOnly = new Set<PrimitiveRule>(pythonRules);

/** Whether some rule answers for this callee. */
export const isKnownCallee = (callee: string): boolean => rules.has(callee);

/**
 * What a call becomes. Where several rules answer for one callee, the first that takes these operands wins; the error
 * is NumPy's where an operand is NumPy's, else Python's.
 */
export function resolveCall(call: CallSite): Resolution {
  const candidates = rules.get(call.callee);
  if (!candidates) {
    return refuse(
      `${call.callee} is not supported`,
      'see the list of operators and primitives: everypath ops list',
    );
  }
  const numpy = [...call.args, ...Object.values(call.kwargs)].some(isNumpy);
  let error: Resolution | undefined;
  for (const rule of candidates) {
    const resolution = rule.resolve(call);
    if (resolution.kind !== 'error') return resolution;
    if (error === undefined || pythonOnly.has(rule) !== numpy) error = resolution;
  }
  return error!;
}

/** What `object[items]` becomes; operand indices count `subscriptOperands(object, items)`. */
export function resolveSubscript(object: Operand, items: readonly IndexItem[]): Resolution {
  return subscriptRule(object, items);
}

const CLASS_NAMES: Readonly<Partial<Record<Operand['type']['kind'], string>>> = {
  array: 'numpy.ndarray',
  scalar: 'numpy.generic',
  image: 'PIL.Image.Image',
  none: 'builtins.NoneType',
};

/** The Python class whose methods a value has: a method `m` of it is the callee `<class>.m`, receiver first. */
export const className = (operand: Operand): string =>
  CLASS_NAMES[operand.type.kind] ?? `builtins.${operand.type.kind}`;

/** For messages: `float32[n, 3]`. */
export const describeOperand = describe;
