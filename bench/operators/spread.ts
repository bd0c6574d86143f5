// Whether there is something to choose: how far an operator's variants lie apart at one size, and how often the best
// algorithm is another one at the next size or at another ISA level.

import type { OperatorVariant } from '@everypath/operators';
import type { Architecture, IsaLevel } from '@everypath/schema';
import { isaCovers } from '@everypath/schema';

export interface TimedVariant {
  readonly variant: OperatorVariant;
  readonly ns: number;
}

export interface Answer {
  readonly group: string;
  readonly name: string;
  readonly variants: readonly TimedVariant[];
}

export interface Spread {
  /** The largest worst-over-best of any size, among what a program for the highest level may choose from. */
  readonly widest: number;
  readonly bySize: number;
  readonly sizeSteps: number;
  readonly byLevel: number;
  readonly levelSteps: number;
}

/** What a program for a level chooses from: each algorithm in its best form there. */
export function choicesAt(
  answer: Answer,
  level: IsaLevel,
  architecture: Architecture,
): readonly TimedVariant[] {
  const best = new Map<string, TimedVariant>();
  for (const each of answer.variants) {
    const needs = each.variant.isa[architecture];
    if (needs === undefined || !isaCovers(level, needs)) continue;
    const held = best.get(each.variant.algorithm)?.variant.isa[architecture];
    if (held === undefined || isaCovers(needs, held)) best.set(each.variant.algorithm, each);
  }
  return [...best.values()];
}

/** The quickest of them. */
export function bestAt(answer: Answer, level: IsaLevel, architecture: Architecture): TimedVariant {
  const choices = choicesAt(answer, level, architecture);
  if (choices.length === 0) throw new Error(`${answer.name} has no variant for ${level}`);
  return choices.reduce((a, b) => (b.ns < a.ns ? b : a));
}

/** The slowest of them over the quickest. */
export function worstOverBest(answer: Answer, level: IsaLevel, architecture: Architecture): number {
  const times = choicesAt(answer, level, architecture).map(({ ns }) => ns);
  return Math.max(...times) / Math.min(...times);
}

/** A library takes its code by the processor that is there: what it would do at a lower level is not measured. */
const withoutLibraries = (answer: Answer): Answer => ({
  ...answer,
  variants: answer.variants.filter(({ variant }) => variant.library === undefined),
});

/** Over the sizes of one operator, in order, and the levels, lowest first. */
export function spreadOf(
  answers: readonly Answer[],
  levels: readonly IsaLevel[],
  architecture: Architecture,
): Spread {
  const top = levels.at(-1);
  if (top === undefined) throw new Error('no level is measured');
  const algorithmAt = (answer: Answer, level: IsaLevel): string =>
    bestAt(level === top ? answer : withoutLibraries(answer), level, architecture).variant.algorithm;
  const widest = answers.map((answer) => worstOverBest(answer, top, architecture));
  const steps = answers.slice(1).map((answer, index) => [answers[index]!, answer] as const);
  const climbs = answers.flatMap((answer) =>
    levels
      .slice(1)
      .map((level, index) => [algorithmAt(answer, levels[index]!), algorithmAt(answer, level)] as const),
  );
  return {
    widest: Math.max(...widest),
    bySize: steps.filter(([a, b]) => algorithmAt(a, top) !== algorithmAt(b, top)).length,
    sizeSteps: steps.length,
    byLevel: climbs.filter(([a, b]) => a !== b).length,
    levelSteps: climbs.length,
  };
}
