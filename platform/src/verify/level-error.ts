// Where an image operator may be a level off, how far is the function's result off? Follows that error through the IR:
// views and copies keep it, sums add it, products and quotients with constants scale it. What it cannot follow it
// takes as exact, so that a doubt shows as a mismatch and never as a pass.

import type { Expression, IrModule, Op, Region, ValueId } from '@everypath/compiler';
import type { Constant, OperatorDescriptor } from '@everypath/operators';

/** What is known of a value: how far off it may be, and between which magnitudes it lies. */
interface Bound {
  readonly error: number;
  /** Smallest and largest magnitude, of constants; null elsewhere. */
  readonly magnitude: readonly [number, number] | null;
}

const EXACT: Bound = { error: 0, magnitude: null };

function numbersIn(value: Constant): readonly number[] {
  if (typeof value === 'number' || typeof value === 'bigint') return [Number(value)];
  if (typeof value === 'boolean') return [Number(value)];
  if (value === null || typeof value === 'string') return [];
  return 'array' in value ? value.array.data.map(Number) : value.flatMap(numbersIn);
}

function constantBound(value: Constant): Bound {
  const magnitudes = numbersIn(value).map(Math.abs);
  if (magnitudes.length === 0 || magnitudes.some(Number.isNaN)) return EXACT;
  return { error: 0, magnitude: [Math.min(...magnitudes), Math.max(...magnitudes)] };
}

/** Functions that neither grow nor shrink an error: differences of their results are at most those of the argument. */
const CONTRACTIONS = new Set(['cast', 'negative', 'positive', 'absolute', 'abs', 'fabs', 'neg']);

function applied(fn: string, args: readonly Bound[]): number {
  const [a = EXACT, b = EXACT] = args;
  if (a.error === 0 && b.error === 0) return 0;
  if (CONTRACTIONS.has(fn)) return a.error;
  switch (fn) {
    case 'add':
    case 'subtract':
      return a.error + b.error;
    case 'maximum':
    case 'minimum':
      return Math.max(a.error, b.error);
    case 'multiply':
      if (b.magnitude && b.error === 0) return a.error * b.magnitude[1];
      return a.magnitude && a.error === 0 ? b.error * a.magnitude[1] : 0;
    case 'divide':
    case 'true_divide':
      return b.magnitude && b.error === 0 && b.magnitude[0] > 0 ? a.error / b.magnitude[0] : 0;
    default:
      return 0;
  }
}

function expressionBound(expression: Expression, inputs: readonly Bound[]): Bound {
  switch (expression.kind) {
    case 'input':
      return inputs[expression.index] ?? EXACT;
    case 'literal':
      return constantBound(expression.value);
    case 'apply': {
      const args = expression.args.map((argument) => expressionBound(argument, inputs));
      const magnitude = CONTRACTIONS.has(expression.fn) ? (args[0]?.magnitude ?? null) : null;
      return { error: applied(expression.fn, args), magnitude };
    }
  }
}

/** How far the entrypoint's result may be off because of operators that document a tolerance in levels. */
export function levelErrorOf(module: IrModule, descriptors: readonly OperatorDescriptor[]): number {
  const levels = new Map(
    descriptors.flatMap(({ name, tolerance }) =>
      tolerance.kind === 'levels' ? [[name, tolerance.max] as const] : [],
    ),
  );
  const bounds = new Map<ValueId, Bound>();
  const boundOf = (id: ValueId): Bound => bounds.get(id) ?? EXACT;
  let returned = 0;

  function visit(op: Op): void {
    switch (op.kind) {
      case 'constant':
        bounds.set(op.result.id, constantBound(op.value));
        return;
      case 'kernel': {
        const inputs = op.operands.map(boundOf);
        const carried =
          op.body?.kind === 'expression'
            ? expressionBound(op.body.root, inputs).error
            : Math.max(0, ...inputs.map(({ error }) => error));
        const error = carried + (levels.get(op.operator) ?? 0);
        for (const { id } of op.results) bounds.set(id, { error, magnitude: null });
        return;
      }
      case 'primitive':
      case 'map': {
        const inputs = op.operands.map(boundOf);
        const error =
          op.kind === 'map' ? applied(op.fn, inputs) : Math.max(0, ...inputs.map((each) => each.error));
        bounds.set(op.result.id, { error, magnitude: null });
        return;
      }
      case 'if':
        region(op.then);
        region(op.else);
        return;
      case 'return':
        returned = Math.max(returned, boundOf(op.value).error);
        return;
      default:
        return;
    }
  }
  const region = ({ ops }: Region): void => ops.forEach(visit);

  const entry = module.functions[0];
  if (entry) region(entry.body);
  return returned;
}
