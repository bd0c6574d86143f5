// Elementwise chains → one `everypath.fused` kernel each: a map joins the kernel of the maps that read it when no one
// else does, so nothing is computed twice and only what others need is stored. Kernels and raising ops are not
// crossed by a map that may itself raise. Scalar maps stay outside: once a call beats once an element.

import type { Definition, Expression, IrFunction, IrModule, IrType, Op, Region, ValueId } from '../ir/ir.ts';
import { sourceText } from '../ir/source-text.ts';
import { mayNotBroadcast } from './broadcast.ts';
import { operandsOf } from './operands.ts';
import { everyOp, mapRegions } from './rewrite.ts';

type MapOp = Extract<Op, { kind: 'map' }>;

/** A fused body larger than this would be compiled slowly and gain nothing. */
const MAX_NODES = 64;

export function fuseMaps(module: IrModule): IrModule {
  const text = sourceText(module.source);
  return { ...module, functions: module.functions.map((fn) => fuseFunction(fn, text)) };
}

function fuseFunction(fn: IrFunction, text: ReturnType<typeof sourceText>): IrFunction {
  const definitions = new Map<ValueId, { readonly definition: Definition; readonly op: Op | null }>();
  for (const parameter of fn.parameters) definitions.set(parameter.id, { definition: parameter, op: null });
  const uses = new Map<ValueId, number>();
  for (const op of everyOp(fn.body)) {
    const results = 'results' in op ? op.results : 'result' in op ? [op.result] : [];
    for (const definition of results) definitions.set(definition.id, { definition, op });
    if (op.kind === 'loop') {
      for (const definition of op.body.parameters) definitions.set(definition.id, { definition, op: null });
    }
    for (const id of operandsOf(op)) uses.set(id, (uses.get(id) ?? 0) + 1);
  }

  const fuseRegion = (region: Region): Region => {
    const roots = groupMaps(
      region,
      uses,
      (id) => definitions.get(id)?.definition.type ?? { kind: 'unknown' },
    );
    const fused = new Map<ValueId, MapOp>();
    for (const op of region.ops) if (op.kind === 'map' && isArrayMap(op)) fused.set(op.result.id, op);
    const ops = region.ops.flatMap((op): Op[] => {
      if (op.kind !== 'map' || !isArrayMap(op)) return [mapRegions(op, fuseRegion)];
      if (roots.get(op.result.id) !== op.result.id) return [];
      return [kernelOf(op)];
    });
    return { ...region, ops };

    function kernelOf(root: MapOp): Op {
      const operands: ValueId[] = [];
      const inputs: string[] = [];
      const read = (id: ValueId): Expression => {
        const inner = fused.get(id);
        if (inner !== undefined && id !== root.result.id && roots.get(id) === root.result.id)
          return apply(inner);
        const known = definitions.get(id);
        if (
          known?.op?.kind === 'constant' &&
          (typeof known.op.value === 'number' || typeof known.op.value === 'boolean')
        ) {
          return { kind: 'literal', value: known.op.value, dtype: dtypeOf(known.definition.type) };
        }
        const found = operands.indexOf(id);
        if (found >= 0) return { kind: 'input', index: found };
        operands.push(id);
        inputs.push(dtypeOf(known?.definition.type ?? { kind: 'unknown' }));
        return { kind: 'input', index: operands.length - 1 };
      };
      const apply = (op: MapOp): Expression => ({
        kind: 'apply',
        fn: op.fn,
        compute: op.compute,
        result: dtypeOf(op.result.type),
        args: op.operands.map(read),
      });
      const expression = apply(root);
      return {
        kind: 'kernel',
        operator: 'everypath.fused',
        attributes: {},
        operands,
        results: [root.result],
        body: { kind: 'expression', inputs, root: expression },
        label: text(root.span),
        span: root.span,
      };
    }
  };
  return { ...fn, body: fuseRegion(fn.body) };
}

const isArrayMap = (op: MapOp): boolean => op.result.type.kind === 'array';

/** For each map of a region, the map whose kernel it becomes part of (itself, when it is the root of one). */
function groupMaps(
  region: Region,
  uses: ReadonlyMap<ValueId, number>,
  typeOf: (id: ValueId) => IrType,
): ReadonlyMap<ValueId, ValueId> {
  const roots = new Map<ValueId, ValueId>();
  const readers = new Map<ValueId, MapOp[]>();
  const position = new Map<ValueId, number>();
  region.ops.forEach((op, index) => {
    if (op.kind !== 'map' || !isArrayMap(op)) return;
    position.set(op.result.id, index);
    for (const id of op.operands) readers.set(id, [...(readers.get(id) ?? []), op]);
  });
  // How often an op stands in its kernel's body, and how large each body is by that.
  const copies = new Map<ValueId, number>();
  const sizes = new Map<ValueId, number>();
  // Readers stand behind what they read: last first.
  for (const op of [...region.ops].reverse()) {
    if (op.kind !== 'map' || !isArrayMap(op)) continue;
    const { id } = op.result;
    const reading = readers.get(id) ?? [];
    const [target, ...others] = new Set(
      reading.map((reader) => roots.get(reader.result.id) ?? reader.result.id),
    );
    const onlyMaps = reading.length === (uses.get(id) ?? 0);
    // A value read twice in one body stands there twice; the C++ compiler computes it once.
    const times = reading.reduce((sum, reader) => sum + (copies.get(reader.result.id) ?? 1), 0);
    const joins =
      target !== undefined &&
      others.length === 0 &&
      onlyMaps &&
      (sizes.get(target) ?? 1) + times <= MAX_NODES &&
      (!mayNotBroadcast(op.operands.map(typeOf)) ||
        isQuiet(region, position.get(id) ?? 0, position.get(target) ?? 0));
    const root = joins ? target : id;
    roots.set(id, root);
    copies.set(id, joins ? times : 1);
    sizes.set(root, (sizes.get(root) ?? 0) + (joins ? times : 1));
  }
  return roots;
}

/** Whether nothing between two positions can raise, so that an error of one op does not come behind another's. */
function isQuiet(region: Region, from: number, to: number): boolean {
  const between = region.ops.slice(from + 1, to);
  return between.every(
    (op) => op.kind === 'map' || op.kind === 'constant' || (op.kind === 'primitive' && !op.raises),
  );
}

function dtypeOf(type: IrType): string {
  switch (type.kind) {
    case 'bool':
      return 'bool';
    case 'int':
      return 'int64';
    case 'float':
      return 'float64';
    case 'scalar':
    case 'array':
      return type.dtype;
    case 'image':
      return 'uint8';
    default:
      throw new TypeError(`a ${type.kind} cannot be an operand of an elementwise operation`);
  }
}
