// What an op reads and gives, whatever its kind: the one place that knows, for passes that only follow values.

import type { Definition, Op, PyIndex, ValueId } from '../ir/ir.ts';

/** Values that the op itself reads; those read inside its regions are not among them. */
export function operandsOf(op: Op): readonly ValueId[] {
  switch (op.kind) {
    case 'constant':
    case 'unbound':
    case 'raise':
      return [];
    case 'primitive':
    case 'map':
    case 'kernel':
    case 'call':
      return op.operands;
    case 'if':
      return [op.condition];
    case 'loop':
      return op.inits;
    case 'yield':
    case 'break':
    case 'continue':
      return op.values;
    case 'return':
      return [op.value];
    case 'py':
      break;
  }
  switch (op.py) {
    case 'call': {
      const object = op.callee.kind === 'method' ? [op.callee.object] : [];
      return [...object, ...op.args, ...Object.values(op.kwargs)];
    }
    case 'subscript':
      return [op.object, ...indexOperands(op.index)];
    case 'tuple':
    case 'list':
      return op.items;
    case 'global':
      return [];
    default:
      return [op.object];
  }
}

function indexOperands(index: PyIndex): readonly ValueId[] {
  switch (index.kind) {
    case 'value':
      return [index.value];
    case 'slice':
      return [index.start, index.stop, index.step].filter((part) => part !== null);
    case 'tuple':
      return index.items.flatMap(indexOperands);
    default:
      return [];
  }
}

/** Values that the op defines outside its regions. */
export function resultsOf(op: Op): readonly Definition[] {
  if ('results' in op) return op.results;
  return 'result' in op ? [op.result] : [];
}

/** The op with each value that it reads itself replaced. */
export function withOperands(op: Op, to: (id: ValueId) => ValueId): Op {
  switch (op.kind) {
    case 'primitive':
    case 'map':
    case 'kernel':
    case 'call':
      return { ...op, operands: op.operands.map(to) };
    case 'if':
      return { ...op, condition: to(op.condition) };
    case 'loop':
      return { ...op, inits: op.inits.map(to) };
    case 'yield':
    case 'break':
    case 'continue':
      return { ...op, values: op.values.map(to) };
    case 'return':
      return { ...op, value: to(op.value) };
    case 'py':
      throw new TypeError('operands of the traced stage are not replaced');
    default:
      return op;
  }
}
