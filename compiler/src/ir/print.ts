// The IR as text: what dumps, golden tests and the registry show. `parse.ts` reads it back; printing that again gives
// the same text.

import { printAttributes, printConstant, printNumber } from './constant-text.ts';
import type {
  Definition,
  Expression,
  IrFunction,
  IrModule,
  KernelBody,
  Op,
  PyIndex,
  PyOp,
  Region,
  Span,
  ValueId,
} from './ir.ts';
import { printType } from './type-text.ts';

export interface PrintOptions {
  /** Whether every op ends with where it stands in the source. */
  readonly spans?: boolean;
  /** Whether the Python source is part of the text. */
  readonly source?: boolean;
}

/** The whole module. */
export function printModule(module: IrModule, options: PrintOptions = {}): string {
  const settings: Required<PrintOptions> = { spans: options.spans ?? true, source: options.source ?? true };
  const lines = [`module ${module.stage} ${JSON.stringify(module.tag)}`];
  lines.push(`file ${JSON.stringify(module.file)}`, `description ${JSON.stringify(module.description)}`);
  if (settings.source) lines.push(`source ${JSON.stringify(module.source)}`);
  for (const parameter of module.parameters) {
    const fallback =
      parameter.default === undefined ? '' : ` = ${JSON.stringify(JSON.stringify(parameter.default))}`;
    lines.push(`parameter ${JSON.stringify(parameter.name)}: ${printType(parameter.type)}${fallback}`);
  }
  lines.push(`result ${printType(module.result)}`);
  for (const fn of module.functions) lines.push('', ...printFunction(fn, settings));
  return `${lines.join('\n')}\n`;
}

function printFunction(fn: IrFunction, settings: Required<PrintOptions>): string[] {
  const parameters = fn.parameters.map(printDefinition).join(', ');
  const head = `function ${JSON.stringify(fn.name)} ${JSON.stringify(fn.pythonName)} (${parameters}) -> ${printType(fn.result)}`;
  return [`${head}${at(fn.span, settings)} {`, ...printOps(fn.body, settings), '}'];
}

function at(span: Span, settings: Required<PrintOptions>): string {
  return settings.spans ? ` @${span.line}:${span.column}:${span.endLine}:${span.endColumn}` : '';
}

function printDefinition(definition: Definition): string {
  const name = definition.name === undefined ? '' : ` ${definition.name}`;
  return `%${definition.id}${name}: ${printType(definition.type)}`;
}

function values(ids: readonly ValueId[]): string {
  return `(${ids.map((id) => `%${id}`).join(', ')})`;
}

function printOps(region: Region, settings: Required<PrintOptions>): string[] {
  return region.ops.flatMap((op) => printOp(op, settings)).map((line) => `  ${line}`);
}

/** One op, on as many lines as its regions need. */
export function printOp(op: Op, settings: Required<PrintOptions>): string[] {
  const end = at(op.span, settings);
  switch (op.kind) {
    case 'if':
      return [
        `(${op.results.map(printDefinition).join(', ')}) = if %${op.condition}${end} {`,
        ...printOps(op.then, settings),
        '} else {',
        ...printOps(op.else, settings),
        '}',
      ];
    case 'loop': {
      const carried = op.body.parameters.map(
        (parameter, index) => `${printDefinition(parameter)} = %${op.inits[index]}`,
      );
      return [
        `(${op.results.map(printDefinition).join(', ')}) = loop (${carried.join(', ')})${end} {`,
        ...printOps(op.body, settings),
        '}',
      ];
    }
    case 'kernel': {
      const results = op.results.map(printDefinition).join(', ');
      const head = `(${results}) = kernel ${JSON.stringify(op.operator)}${printAttributes(op.attributes)} ${values(op.operands)} ${JSON.stringify(op.label)}${end}`;
      return op.body === undefined ? [head] : printBody(head, op.body, settings);
    }
    case 'yield':
    case 'break':
    case 'continue':
      return [`${op.kind} ${values(op.values)}${end}`];
    case 'return':
      return [`return %${op.value}${end}`];
    case 'raise':
      return [`raise ${JSON.stringify(op.exception)} ${JSON.stringify(op.message)}${end}`];
    default:
      return [`${printDefinition(op.result)} = ${printLeaf(op)}${end}`];
  }
}

function printLeaf(op: Extract<Op, { readonly result: Definition }>): string {
  switch (op.kind) {
    case 'constant':
      return `constant ${printConstant(op.value)}`;
    case 'unbound':
      return 'unbound';
    case 'primitive': {
      const raises = op.raises ? ' raises' : '';
      return `primitive ${op.name}${printAttributes(op.attributes)} ${values(op.operands)}${raises}`;
    }
    case 'map':
      return `map ${op.fn} ${op.compute} ${values(op.operands)}`;
    case 'call':
      return `call ${JSON.stringify(op.fn)} ${values(op.operands)}`;
    case 'py':
      return `py.${op.py} ${printPy(op)}`;
  }
}

function printPy(op: PyOp): string {
  switch (op.py) {
    case 'call': {
      const { callee } = op;
      const object = callee.kind === 'method' ? `%${callee.object} ` : '';
      const kwargs = Object.entries(op.kwargs).map(([name, id]) => `${name} = %${id}`);
      const named = kwargs.length === 0 ? '' : ` {${kwargs.join(', ')}}`;
      return `${callee.kind} ${object}${JSON.stringify(callee.name)} ${values(op.args)}${named}`;
    }
    case 'global':
      return JSON.stringify(op.name);
    case 'attribute':
      return `%${op.object} ${JSON.stringify(op.attribute)}`;
    case 'subscript':
      return `%${op.object} ${printIndex(op.index)}`;
    case 'tuple':
    case 'list':
      return values(op.items);
    case 'unpack':
      return `%${op.object} ${op.index} of ${op.count}`;
    case 'bound':
      return `%${op.object} ${JSON.stringify(op.variable)}`;
    case 'truth':
      return `%${op.object}`;
  }
}

function printIndex(index: PyIndex): string {
  const part = (id: ValueId | null) => (id === null ? '_' : `%${id}`);
  switch (index.kind) {
    case 'value':
      return `%${index.value}`;
    case 'slice':
      return `slice(${part(index.start)}, ${part(index.stop)}, ${part(index.step)})`;
    case 'tuple':
      return `(${index.items.map(printIndex).join(', ')})`;
    default:
      return index.kind;
  }
}

function printBody(head: string, body: KernelBody, settings: Required<PrintOptions>): string[] {
  if (body.kind === 'expression') {
    return [`${head} expression (${body.inputs.join(', ')}) ${printExpression(body.root)}`];
  }
  const captures = body.captures.map(printDefinition).join(', ');
  const loop = printOp(body.loop, settings).map((line) => `  ${line}`);
  return [`${head} outlined (${captures}) {`, ...loop, '}'];
}

/** `subtract.float32.float32(x0, 0.5:float32)`: function, dtype it computes in, dtype it gives. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'input':
      return `x${expression.index}`;
    case 'literal': {
      const { value, dtype } = expression;
      return `${typeof value === 'boolean' ? value : printNumber(value)}:${dtype}`;
    }
    case 'apply': {
      const { fn, compute, result, args } = expression;
      return `${fn} ${compute} ${result} (${args.map(printExpression).join(', ')})`;
    }
  }
}
