// Reads the IR's text form (print.ts) back. A span that the text leaves out is all zeros.

import type { Parameter } from '@everypath/schema';
import { readAttributes, readConstant, readNumber } from './constant-text.ts';
import type {
  Definition,
  Expression,
  IrFunction,
  IrModule,
  KernelBody,
  Op,
  PyCallee,
  PyIndex,
  Region,
  Span,
} from './ir.ts';
import { TextReader } from './text-reader.ts';
import { readBoundary, readType } from './type-text.ts';

/** The module that a text describes. Throws `IrTextError` where it is none. */
export function parseModule(text: string): IrModule {
  const reader = new TextReader(text);
  reader.expect('module');
  const stage = reader.word() === 'traced' ? 'traced' : 'typed';
  const tag = reader.string();
  reader.expect('file');
  const file = reader.string();
  reader.expect('description');
  const description = reader.string();
  const source = reader.take('source') ? reader.string() : '';
  const parameters: Parameter[] = [];
  while (reader.take('parameter')) {
    const name = reader.string();
    reader.expect(':');
    const type = readBoundary(reader);
    const fallback = reader.take('=') ? (JSON.parse(reader.string()) as Parameter['default']) : undefined;
    parameters.push(fallback === undefined ? { name, type } : { name, type, default: fallback });
  }
  reader.expect('result');
  const result = readBoundary(reader);
  const functions: IrFunction[] = [];
  while (reader.take('function')) functions.push(readFunction(reader));
  if (reader.peek() !== '') reader.fail('a function');
  return { stage, tag, description, file, source, parameters, result, functions };
}

function readFunction(reader: TextReader): IrFunction {
  const name = reader.string();
  const pythonName = reader.string();
  const parameters = reader.list('(', ')', () => readDefinition(reader));
  reader.expect('-');
  reader.expect('>');
  const result = readType(reader);
  const span = readSpan(reader);
  return { name, pythonName, parameters, result, span, body: readRegion(reader) };
}

function readSpan(reader: TextReader): Span {
  if (!reader.take('@')) return { line: 0, column: 0, endLine: 0, endColumn: 0 };
  const [line, column, endLine, endColumn] = [0, 1, 2, 3].map((index) => {
    if (index > 0) reader.expect(':');
    return reader.integer();
  }) as [number, number, number, number];
  return { line, column, endLine, endColumn };
}

function readDefinition(reader: TextReader): Definition {
  const id = reader.value();
  const name = reader.peek() === ':' ? undefined : reader.word();
  reader.expect(':');
  const type = readType(reader);
  return name === undefined ? { id, type } : { id, type, name };
}

function readRegion(reader: TextReader, parameters: readonly Definition[] = []): Region {
  reader.expect('{');
  const ops: Op[] = [];
  while (!reader.take('}')) ops.push(readOp(reader));
  return { parameters, ops };
}

const readValues = (reader: TextReader) => reader.list('(', ')', () => reader.value());

function readOp(reader: TextReader): Op {
  if (reader.peek() === '(') return readMany(reader);
  if (reader.peek().startsWith('%')) return readLeaf(reader);
  const kind = reader.word();
  switch (kind) {
    case 'yield':
    case 'break':
    case 'continue':
      return { kind, values: readValues(reader), span: readSpan(reader) };
    case 'return':
      return { kind, value: reader.value(), span: readSpan(reader) };
    case 'raise':
      return { kind, exception: reader.string(), message: reader.string(), span: readSpan(reader) };
    default:
      return reader.fail('an op', kind);
  }
}

/** Ops with a list of results: `if`, `loop` and `kernel`. */
function readMany(reader: TextReader): Op {
  const results = reader.list('(', ')', () => readDefinition(reader));
  reader.expect('=');
  const kind = reader.word();
  if (kind === 'if') {
    const condition = reader.value();
    const span = readSpan(reader);
    const then = readRegion(reader);
    reader.expect('else');
    return { kind, condition, then, else: readRegion(reader), results, span };
  }
  if (kind === 'loop') {
    const carried = reader.list('(', ')', () => {
      const parameter = readDefinition(reader);
      reader.expect('=');
      return { parameter, init: reader.value() };
    });
    const span = readSpan(reader);
    const body = readRegion(
      reader,
      carried.map((item) => item.parameter),
    );
    return { kind, inits: carried.map((item) => item.init), body, results, span };
  }
  if (kind !== 'kernel') return reader.fail('if, loop or kernel', kind);
  const operator = reader.string();
  const attributes = readAttributes(reader);
  const operands = readValues(reader);
  const label = reader.string();
  const span = readSpan(reader);
  const body = readBody(reader);
  const op = { kind, operator, attributes, operands, results, label, span } as const;
  return body === undefined ? op : { ...op, body };
}

function readBody(reader: TextReader): KernelBody | undefined {
  if (reader.take('expression')) {
    const inputs = reader.list('(', ')', () => reader.word());
    return { kind: 'expression', inputs, root: readExpression(reader) };
  }
  if (!reader.take('outlined')) return undefined;
  const captures = reader.list('(', ')', () => readDefinition(reader));
  reader.expect('{');
  const loop = readOp(reader);
  reader.expect('}');
  return loop.kind === 'loop' ? { kind: 'loop', captures, loop } : reader.fail('a loop', loop.kind);
}

function readExpression(reader: TextReader): Expression {
  const token = reader.peek();
  if (/^x\d+$/.test(token)) return { kind: 'input', index: Number(reader.next().slice(1)) };
  if (reader.peek(1) === ':') {
    const value = token === 'true' || token === 'false' ? reader.next() === 'true' : readNumber(reader);
    reader.expect(':');
    return { kind: 'literal', value, dtype: reader.word() };
  }
  const fn = reader.word();
  const compute = reader.word();
  const result = reader.word();
  return { kind: 'apply', fn, compute, result, args: reader.list('(', ')', () => readExpression(reader)) };
}

function readLeaf(reader: TextReader): Op {
  const result = readDefinition(reader);
  reader.expect('=');
  const kind = reader.word();
  switch (kind) {
    case 'constant':
      return { kind, result, value: readConstant(reader), span: readSpan(reader) };
    case 'unbound':
      return { kind, result, span: readSpan(reader) };
    case 'primitive': {
      const name = reader.word();
      const attributes = readAttributes(reader);
      const operands = readValues(reader);
      const raises = reader.take('raises');
      return { kind, name, attributes, operands, result, raises, span: readSpan(reader) };
    }
    case 'map': {
      const fn = reader.word();
      const compute = reader.word();
      return { kind, fn, compute, operands: readValues(reader), result, span: readSpan(reader) };
    }
    case 'call':
      return { kind, fn: reader.string(), operands: readValues(reader), result, span: readSpan(reader) };
    default:
      return kind.startsWith('py.') ? readPy(reader, kind.slice(3), result) : reader.fail('an op', kind);
  }
}

function readPy(reader: TextReader, py: string, result: Definition): Op {
  const base = { kind: 'py', result } as const;
  switch (py) {
    case 'call': {
      const callee = readCallee(reader);
      const args = readValues(reader);
      const named = reader.peek() === '{' ? reader.list('{', '}', () => readKeyword(reader)) : [];
      return { ...base, py, callee, args, kwargs: Object.fromEntries(named), span: readSpan(reader) };
    }
    case 'global':
      return { ...base, py, name: reader.string(), span: readSpan(reader) };
    case 'attribute':
      return { ...base, py, object: reader.value(), attribute: reader.string(), span: readSpan(reader) };
    case 'subscript':
      return { ...base, py, object: reader.value(), index: readIndex(reader), span: readSpan(reader) };
    case 'tuple':
    case 'list':
      return { ...base, py, items: readValues(reader), span: readSpan(reader) };
    case 'unpack': {
      const object = reader.value();
      const index = reader.integer();
      reader.expect('of');
      return { ...base, py, object, index, count: reader.integer(), span: readSpan(reader) };
    }
    case 'bound':
      return { ...base, py, object: reader.value(), variable: reader.string(), span: readSpan(reader) };
    case 'truth':
      return { ...base, py, object: reader.value(), span: readSpan(reader) };
    default:
      return reader.fail('a py op', py);
  }
}

function readKeyword(reader: TextReader): readonly [string, number] {
  const name = reader.word();
  reader.expect('=');
  return [name, reader.value()];
}

function readCallee(reader: TextReader): PyCallee {
  const kind = reader.word();
  if (kind === 'global' || kind === 'function') return { kind, name: reader.string() };
  if (kind !== 'method') return reader.fail('a callee', kind);
  return { kind, object: reader.value(), name: reader.string() };
}

function readIndex(reader: TextReader): PyIndex {
  if (reader.peek().startsWith('%')) return { kind: 'value', value: reader.value() };
  if (reader.peek() === '(') return { kind: 'tuple', items: reader.list('(', ')', () => readIndex(reader)) };
  const kind = reader.word();
  if (kind === 'ellipsis' || kind === 'newaxis') return { kind };
  if (kind !== 'slice') return reader.fail('an index', kind);
  const [start = null, stop = null, step = null] = reader.list('(', ')', () => {
    if (reader.take('_')) return null;
    return reader.value();
  });
  return { kind, start, stop, step };
}
