// What a policy's answers amount to: regret over time, harm, and how soon it is as good as the oracle.

import type { DetectedChange } from './simulate.ts';

/** One fetch against the truth. */
export interface Outcome {
  readonly classIndex: number;
  readonly atMs: number;
  /** Latency served over that of the class's fastest. */
  readonly slowdown: number;
  readonly explored: boolean;
}

export interface FleetFigures {
  readonly policy: string;
  /** Sum over fetches of slowdown − 1, after each twentieth of them. */
  readonly cumulativeRegret: readonly number[];
  readonly meanRegret: number;
  /** Share of fetches served something slower than the best by more than a fifth: the stricter reading. */
  readonly harm: number;
  /** The part of it that explored, as far as the policy says so. */
  readonly harmExploring: number;
  /** Share of fetches that explored something slower by more than a fifth than what was last served without exploring. */
  readonly harmToChampion: number;
  readonly explored: number;
  /**
   * Fetches a class had when its devices were first within 2 % of the oracle and stayed so, exploration included:
   * median over classes, and how many of them got there.
   */
  readonly fetchesTo2Percent: number | null;
  readonly classesWithin2Percent: number;
  /** Mean regret of a class's fetches 150 to 250, over classes; with and without those that explored. */
  readonly regretAt200: number;
  readonly servedRegretAt200: number;
  /** Of the last fifth of fetches. */
  readonly finalRegret: number;
  /** Of what is in place at the end: fetches of the last fifth that do not explore. */
  readonly servedFinalRegret: number;
}

export interface FleetResult {
  readonly via: string;
  readonly fetches: number;
  readonly refits: number;
  readonly policies: readonly FleetFigures[];
  readonly detected: readonly DetectedChange[];
  /** The product's own answers, in order of time. */
  readonly served: readonly Outcome[];
}

const HARMFUL = 1.2;
const STEPS = 20;
/** A class is within 2 % when the mean of this many fetches in a row is, and stays so on average to the end. */
const WINDOW = 40;

/** The figures of one policy; outcomes in order of time. */
export function figuresOf(policy: string, outcomes: readonly Outcome[], classes: number): FleetFigures {
  const cumulativeRegret: number[] = [];
  let regret = 0;
  let harmed = 0;
  let harmedExploring = 0;
  let harmedToChampion = 0;
  const inPlace = new Map<number, number>();
  for (const [index, { slowdown, explored, classIndex }] of outcomes.entries()) {
    regret += slowdown - 1;
    if (slowdown > HARMFUL) harmed += 1;
    if (slowdown > HARMFUL && explored) harmedExploring += 1;
    if (!explored) inPlace.set(classIndex, slowdown);
    else if (slowdown > HARMFUL * (inPlace.get(classIndex) ?? 1)) harmedToChampion += 1;
    if (Math.floor(((index + 1) * STEPS) / outcomes.length) > cumulativeRegret.length)
      cumulativeRegret.push(regret);
  }
  const byClass = Array.from({ length: classes }, (): Outcome[] => []);
  for (const outcome of outcomes) byClass[outcome.classIndex]!.push(outcome);
  const reached = byClass.map(reachedAt);
  const there = reached.filter((each) => each !== null).sort((a, b) => a - b);
  const last = outcomes.slice(Math.floor(outcomes.length * 0.8));
  const around200 = byClass.flatMap((own) => own.slice(150, 250));
  return {
    policy,
    cumulativeRegret,
    meanRegret: regret / outcomes.length,
    harm: harmed / outcomes.length,
    harmExploring: harmedExploring / outcomes.length,
    harmToChampion: harmedToChampion / outcomes.length,
    explored: outcomes.filter((each) => each.explored).length / outcomes.length,
    fetchesTo2Percent: there.length === 0 ? null : there[Math.floor(there.length / 2)]!,
    classesWithin2Percent: there.length,
    regretAt200: meanRegret(around200),
    servedRegretAt200: meanRegret(around200.filter((each) => !each.explored)),
    finalRegret: meanRegret(last),
    servedFinalRegret: meanRegret(last.filter((each) => !each.explored)),
  };
}

const meanRegret = (outcomes: readonly Outcome[]): number =>
  outcomes.length === 0 ? 0 : outcomes.reduce((sum, each) => sum + each.slowdown - 1, 0) / outcomes.length;

function reachedAt(own: readonly Outcome[]): number | null {
  // Mean regret from each fetch to the end, and of the window that follows it.
  const after = new Float64Array(own.length + 1);
  for (let index = own.length - 1; index >= 0; index -= 1)
    after[index] = after[index + 1]! + own[index]!.slowdown - 1;
  for (let index = 0; index < own.length; index += 1) {
    const end = Math.min(own.length, index + WINDOW);
    const window = (after[index]! - after[end]!) / (end - index);
    const rest = after[index]! / (own.length - index);
    if (window <= 0.02 && rest <= 0.02) return index;
  }
  return null;
}
