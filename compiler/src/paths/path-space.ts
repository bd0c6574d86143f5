// The paths of a function on one target as numbers: counted, looked up and found again without being enumerated.
// Level by level, lowest first; a level holds the paths that need it, those that take at least one variant of that very
// level, grouped by the first node that does.

import type { OperatorVariant } from '@everypath/operators';
import type { IsaLevel, TargetName } from '@everypath/schema';
import { baselineIsa, ISA_LEVELS, TARGETS } from '@everypath/schema';
import type { TargetToolchain } from '../targets/target-toolchain.ts';
import { admissibleVariants, isaOn, type NodeChoice, variantsAtLevel } from './admissible.ts';

/** The programs for one ISA level. */
export interface LevelSpace {
  readonly level: IsaLevel;
  /** By node: what a program for this level chooses from, the level's own variants first. */
  readonly choices: readonly (readonly OperatorVariant[])[];
  /** By node: how many of its choices are of this level; at the baseline all. */
  readonly own: readonly number[];
  /** Number of the level's first path. */
  readonly first: bigint;
  readonly count: bigint;
}

export interface PathSpace {
  readonly target: TargetName;
  readonly total: bigint;
  /** Levels that have paths, lowest first. */
  readonly levels: readonly LevelSpace[];
  /** Nodes that no variant can run on this target: then there is no path. */
  readonly impossible: readonly number[];
}

/** One path: where it stands, and what it chooses. */
export interface PathAddress {
  readonly number: bigint;
  /** The highest level of its variants. */
  readonly isa: IsaLevel;
  readonly choices: readonly OperatorVariant[];
}

export function pathSpace(nodes: readonly NodeChoice[], target: TargetToolchain): PathSpace {
  const admissible = nodes.map((node) => admissibleVariants(node, target));
  const impossible = admissible.flatMap((variants, index) => (variants.length === 0 ? [index] : []));
  const levels: LevelSpace[] = [];
  let total = 0n;
  if (impossible.length === 0) {
    for (const level of ISA_LEVELS[TARGETS[target.name].architecture]) {
      const at = levelSpace(level, total, admissible, target.name);
      if (at.count === 0n) continue;
      levels.push(at);
      total += at.count;
    }
  }
  return { target: target.name, total, levels, impossible };
}

function levelSpace(
  level: IsaLevel,
  first: bigint,
  admissible: readonly (readonly OperatorVariant[])[],
  target: TargetName,
): LevelSpace {
  const baseline = level === baselineIsa(target);
  const isOwn = (variant: OperatorVariant) => baseline || isaOn(variant, target) === level;
  const choices = admissible.map((variants) =>
    variantsAtLevel(variants, target, level).toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a))),
  );
  const own = choices.map((variants) => variants.filter(isOwn).length);
  const all = product(choices.map((variants) => variants.length));
  const lower = baseline ? 0n : product(choices.map((variants, node) => variants.length - own[node]!));
  return { level, choices, own, first, count: all - lower };
}

const product = (counts: readonly number[]): bigint => counts.reduce((sum, count) => sum * BigInt(count), 1n);

/** The path of that number; numbers run from 0 to `total - 1`. */
export function pathAt(space: PathSpace, number: bigint): PathAddress {
  const level = space.levels.find((at) => number >= at.first && number < at.first + at.count);
  if (!level) throw new RangeError(`${space.target} has ${space.total} paths: there is no path ${number}`);
  const digits = digitsAt(level, number - level.first);
  return {
    number,
    isa: level.level,
    choices: digits.map((digit, node) => level.choices[node]![digit]!),
  };
}

/** The path with these choices at this level, as indices into the level's choices; undefined where a lower level has it. */
export function addressOf(level: LevelSpace, digits: readonly number[]): PathAddress | undefined {
  const offset = offsetOf(level, digits);
  if (offset === undefined) return undefined;
  const choices = digits.map((digit, node) => level.choices[node]![digit]!);
  return { number: level.first + offset, isa: level.level, choices };
}

/** The path that chooses these variants by name; undefined where there is none such. */
export function findPath(space: PathSpace, names: readonly string[]): PathAddress | undefined {
  for (const level of space.levels) {
    if (names.length !== level.choices.length) return undefined;
    const digits = names.map((name, node) =>
      level.choices[node]!.findIndex((variant) => variant.name === name),
    );
    const found = digits.includes(-1) ? undefined : addressOf(level, digits);
    if (found) return found;
  }
  return undefined;
}

/** How many paths have their first own choice at node `at`: before it lower ones, after it any. */
function group(level: LevelSpace, at: number): readonly number[] {
  return level.choices.map((variants, node) => {
    const own = level.own[node]!;
    return node < at ? variants.length - own : node === at ? own : variants.length;
  });
}

function digitsAt(level: LevelSpace, offset: bigint): readonly number[] {
  let rest = offset;
  for (let at = 0; at < level.choices.length; at++) {
    const counts = group(level, at);
    const size = product(counts);
    if (rest >= size) {
      rest -= size;
      continue;
    }
    const digits = new Array<number>(counts.length);
    for (let node = counts.length - 1; node >= 0; node--) {
      const count = BigInt(counts[node]!);
      const digit = Number(rest % count);
      // Own choices come first: before its first own choice a path takes those after them.
      digits[node] = node < at ? level.own[node]! + digit : digit;
      rest /= count;
    }
    return digits;
  }
  return [];
}

function offsetOf(level: LevelSpace, digits: readonly number[]): bigint | undefined {
  if (digits.length === 0) return 0n;
  const at = digits.findIndex((digit, node) => digit < level.own[node]!);
  if (at < 0) return undefined;
  let offset = 0n;
  for (let before = 0; before < at; before++) offset += product(group(level, before));
  let within = 0n;
  group(level, at).forEach((count, node) => {
    within = within * BigInt(count) + BigInt(node < at ? digits[node]! - level.own[node]! : digits[node]!);
  });
  return offset + within;
}
