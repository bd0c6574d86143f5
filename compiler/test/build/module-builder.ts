// Writes typed modules for the back end's tests, as the front end would: values are numbered as they are defined.

import type { Attributes, Constant } from '@everypath/operators';
import type { Parameter, Type } from '@everypath/schema';
import type {
  Definition,
  Expression,
  IrFunction,
  IrModule,
  IrType,
  KernelBody,
  LoopOp,
  Op,
  Region,
} from '../../src/ir/ir.ts';

export const FLOAT: Type = { kind: 'float' };
export const INT: Type = { kind: 'int' };
export const BOOL: Type = { kind: 'bool' };

export const spanOn = (line: number) => ({ line, column: 4, endLine: line, endColumn: 8 });

/** Defines values and collects the ops of one region. */
export class RegionBuilder {
  readonly ops: Op[] = [];
  readonly #next: () => number;
  line = 1;

  constructor(next: () => number) {
    this.#next = next;
  }

  define = (type: IrType): Definition => ({ id: this.#next(), type });

  nested(fill: (region: RegionBuilder) => void, parameters: readonly Definition[] = []): Region {
    const inner = new RegionBuilder(this.#next);
    inner.line = this.line;
    fill(inner);
    return { parameters, ops: inner.ops };
  }

  #leaf<T extends Definition>(result: T, op: (span: ReturnType<typeof spanOn>) => Op): T {
    this.ops.push(op(spanOn(this.line)));
    return result;
  }

  constant(type: Type, value: Constant): Definition {
    const result = this.define(type);
    return this.#leaf(result, (span) => ({ kind: 'constant', span, result, value }));
  }

  map(fn: string, compute: string, type: Type, ...operands: Definition[]): Definition {
    const result = this.define(type);
    return this.#leaf(result, (span) => ({
      kind: 'map',
      span,
      fn,
      compute,
      operands: ids(operands),
      result,
    }));
  }

  primitive(
    name: string,
    type: IrType,
    operands: readonly Definition[],
    options: { raises?: boolean; attributes?: Attributes } = {},
  ): Definition {
    const result = this.define(type);
    return this.#leaf(result, (span) => ({
      kind: 'primitive',
      span,
      name,
      attributes: options.attributes ?? {},
      operands: ids(operands),
      result,
      raises: options.raises ?? false,
    }));
  }

  kernel(
    operator: string,
    type: Type,
    operands: readonly Definition[],
    options: { attributes?: Attributes; body?: KernelBody } = {},
  ): Definition {
    const result = this.define(type);
    return this.#leaf(result, (span) => ({
      kind: 'kernel',
      span,
      operator,
      attributes: options.attributes ?? {},
      operands: ids(operands),
      results: [result],
      label: operator,
      ...(options.body ? { body: options.body } : {}),
    }));
  }

  call(fn: string, type: IrType, ...operands: Definition[]): Definition {
    const result = this.define(type);
    return this.#leaf(result, (span) => ({ kind: 'call', span, fn, operands: ids(operands), result }));
  }

  unbound(type: Type): Definition {
    const result = this.define({ kind: 'maybe', of: type });
    return this.#leaf(result, (span) => ({ kind: 'unbound', span, result }));
  }

  branch(
    condition: Definition,
    types: readonly IrType[],
    then: (region: RegionBuilder) => void,
    otherwise: (region: RegionBuilder) => void,
  ): readonly Definition[] {
    const results = types.map(this.define);
    this.ops.push({
      kind: 'if',
      span: spanOn(this.line),
      condition: condition.id,
      then: this.nested(then),
      else: this.nested(otherwise),
      results,
    });
    return results;
  }

  /** The loop op, to place in a region or in a kernel's body. */
  makeLoop(
    inits: readonly Definition[],
    resultTypes: readonly IrType[],
    fill: (region: RegionBuilder, ...carried: Definition[]) => void,
  ): LoopOp {
    const parameters = inits.map(({ type }) => this.define(type));
    const body = this.nested((region) => fill(region, ...parameters), parameters);
    return {
      kind: 'loop',
      span: spanOn(this.line),
      inits: ids(inits),
      body,
      results: resultTypes.map(this.define),
    };
  }

  leave(kind: 'yield' | 'break' | 'continue', ...values: Definition[]): void {
    this.ops.push({ kind, span: spanOn(this.line), values: ids(values) });
  }

  return(value: Definition): void {
    this.ops.push({ kind: 'return', span: spanOn(this.line), value: value.id });
  }

  raise(exception: string, message: string): void {
    this.ops.push({ kind: 'raise', span: spanOn(this.line), exception, message });
  }
}

const ids = (definitions: readonly Definition[]): readonly number[] => definitions.map(({ id }) => id);

/** One function; `fill` gets its parameters. */
export function makeFunction(
  name: string,
  pythonName: string,
  parameters: readonly IrType[],
  result: IrType,
  fill: (region: RegionBuilder, ...parameters: Definition[]) => void,
): IrFunction {
  let next = 0;
  const region = new RegionBuilder(() => next++);
  const definitions = parameters.map(region.define);
  fill(region, ...definitions);
  return {
    name,
    pythonName,
    parameters: definitions,
    result,
    body: { parameters: [], ops: region.ops },
    span: spanOn(1),
  };
}

export function makeModule(
  tag: string,
  file: string,
  parameters: readonly Parameter[],
  result: Type,
  functions: readonly IrFunction[],
): IrModule {
  return { stage: 'typed', tag, description: tag, file, source: '', parameters, result, functions };
}

export const apply = (fn: string, dtype: string, ...args: Expression[]): Expression => ({
  kind: 'apply',
  fn,
  compute: dtype,
  result: dtype,
  args,
});
export const input = (index: number): Expression => ({ kind: 'input', index });
