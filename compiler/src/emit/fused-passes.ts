// A fused chain cut into passes: each function that costs much, with the arithmetic before it, is a body of its own
// that runs over a block at a time. What a function gives is then in memory for the next pass, where one loop over all
// of the chain would hold it in registers; a function that cannot be vectorised no longer keeps the others from it.

import { cppDtype, isCostly } from '@everypath/operators';
import type { Dtype } from '@everypath/schema';
import type { Expression } from '../ir/ir.ts';
import { emitBodyMembers } from './emit-expression.ts';

type Apply = Extract<Expression, { kind: 'apply' }>;

interface Pass {
  /** C++ names of the blocks that it reads, and their dtypes. */
  readonly operands: readonly string[];
  readonly inputs: readonly Dtype[];
  readonly root: Apply;
}

/** How many functions that cost much a chain computes, each once. */
export const costlyFunctions = (root: Expression): number => new Set(costlyKeys(root)).size;

const costlyKeys = (node: Expression): readonly string[] =>
  node.kind === 'apply'
    ? [...(cuts(node) ? [JSON.stringify(node)] : []), ...node.args.flatMap(costlyKeys)]
    : [];

const cuts = (node: Apply): boolean => isCostly(node.fn) && readsInput(node);

const readsInput = (node: Expression): boolean =>
  node.kind === 'input' || (node.kind === 'apply' && node.args.some(readsInput));

/** Members of a body with several costly functions: a body a pass, and `passes`, which runs them over a block. */
export function emitPasses(inputs: readonly string[], root: Expression): readonly string[] {
  if (root.kind !== 'apply' || costlyFunctions(root) < 2) return [];
  const passes = cutPasses(inputs, root);
  const slots = assignSlots(passes);
  const parameters = inputs.map((dtype, index) => `const ${cppDtype(dtype as Dtype)}* x${index}`);
  const calls = passes.map(({ operands }, index) =>
    index === passes.length - 1
      ? `block.template last<Pass${index}>(${['out', ...operands].join(', ')});`
      : `const auto* t${index} = block.template pass<Pass${index}, ${slots[index]}>(${operands.join(', ')});`,
  );
  return [
    ...passes.flatMap((pass, index) => [
      `struct Pass${index} {`,
      ...emitBodyMembers(pass.inputs, pass.root),
      '};',
    ]),
    `static constexpr int temporaries = ${Math.max(0, ...slots) + 1};`,
    'template <class Block>',
    `[[gnu::always_inline]] static void passes(${['Block& block', 'Output* out', ...parameters].join(', ')}) {`,
    ...calls,
    '}',
  ];
}

/** The passes in the order of running; the last one is the chain's root. Equal subexpressions are one pass. */
function cutPasses(inputs: readonly string[], root: Apply): readonly Pass[] {
  const passes: Pass[] = [];
  const names = new Map<string, string>();
  const passOf = (apply: Apply): Pass => {
    const operands: string[] = [];
    const dtypes: Dtype[] = [];
    const local = (name: string, dtype: Dtype): Expression => {
      if (!operands.includes(name)) {
        operands.push(name);
        dtypes.push(dtype);
      }
      return { kind: 'input', index: operands.indexOf(name) };
    };
    const read = (node: Expression): Expression => {
      if (node.kind === 'literal') return node;
      if (node.kind === 'input') return local(`x${Math.trunc(node.index)}`, inputs[node.index] as Dtype);
      return cuts(node) ? local(nameOf(node), node.result as Dtype) : { ...node, args: node.args.map(read) };
    };
    return { operands, inputs: dtypes, root: { ...apply, args: apply.args.map(read) } };
  };
  const nameOf = (node: Apply): string => {
    const key = JSON.stringify(node);
    const known = names.get(key);
    if (known !== undefined) return known;
    const pass = passOf(node);
    const name = `t${passes.length}`;
    passes.push(pass);
    names.set(key, name);
    return name;
  };
  const last = passOf(root);
  return [...passes, last];
}

/** A place in memory for each pass's result but the last's: free again after the last pass that reads it. */
function assignSlots(passes: readonly Pass[]): readonly number[] {
  const slots: number[] = [];
  const busyUntil: number[] = [];
  passes.slice(0, -1).forEach((_, index) => {
    const lastRead = passes.findLastIndex(({ operands }) => operands.includes(`t${index}`));
    const free = busyUntil.findIndex((until) => until < index);
    const slot = free < 0 ? busyUntil.length : free;
    busyUntil[slot] = lastRead;
    slots.push(slot);
  });
  return slots;
}
