// Every variant that a device runs, timed: all in a heat, the fastest of these again and again in bouts. Bouts of all
// pairs take turns, so that those of one lie seconds apart: the machine has spells of a second or two in which some
// programs are slower and others not.

import { seededRandom, shuffled } from '../measure/seeded-random.ts';
import type { Pair } from './pair.ts';
import { median, type Round } from './time-in-turns.ts';
import type { TimingOptions } from './time-programs.ts';

/** What is timed of a pair: variants of `keep` stay in whatever their figures, the one to compare with first. */
export interface Contest {
  readonly pair: Pair;
  readonly keep: readonly string[];
}

/** Latencies of whole calls by variant id, in ns. */
export interface Timed {
  readonly ns: Readonly<Record<string, number>>;
  /** Of those who stayed to the last bout: the others' figures are of few rounds, and the luckiest should not win. */
  readonly fastest: string;
}

/** Programs open at a time in the heat: each may hold its inputs in memory of its own. */
const HEAT_SIZE = 16;
const HEAT = { turnMs: 1, fewestRounds: 3, budgetMs: 120 };
/**
 * How many of the fastest so far stay in each bout. Every bout opens programs anew: where their arrays come to lie sways
 * their speed. Where there are no more than fit into the first there is no heat.
 */
const BOUTS = [10, 6, 4, 4, 4];
const BOUT = { turnMs: 2.5, fewestRounds: 3, budgetMs: 80 };

interface Standing {
  readonly contest: Contest;
  /** SHA-256 of those that are kept. */
  readonly kept: readonly string[];
  /** Of each program, its latency over that of the first kept one in the same round: both are slowed by a spell. */
  readonly shares: Map<string, readonly number[]>;
  /** Latencies of the first kept one, ns. */
  readonly baseNs: number[];
  finalists: readonly string[];
}

/** Times the variants of all contests. */
export async function timeEveryVariant(
  contests: readonly Contest[],
  seed: number,
): Promise<Map<Pair, Timed>> {
  const random = seededRandom(seed);
  const time = async (
    standing: Standing,
    shas: readonly string[],
    limits: TimingOptions['limits'],
  ): Promise<void> => {
    const { pair } = standing.contest;
    const options = { limits, seed: Math.floor(random() * 2 ** 32) };
    add(standing, await pair.device.session.time(pair.setup, pair.workload.inputs, shas, options));
  };
  const standings = contests.map(standingOf);
  for (const standing of shuffled(standings, random)) {
    const { finalists, kept } = standing;
    if (finalists.length <= BOUTS[0]!) continue;
    for (let start = 0; start < finalists.length; start += HEAT_SIZE)
      await time(
        standing,
        [...new Set([...kept.slice(0, 1), ...finalists.slice(start, start + HEAT_SIZE)])],
        HEAT,
      );
    standing.finalists = fastestOf(standing, BOUTS[0]!);
  }
  for (const size of BOUTS) {
    for (const standing of shuffled(standings, random)) {
      standing.finalists = fastestOf(standing, size);
      await time(standing, standing.finalists, BOUT);
    }
  }
  return new Map(standings.map((standing) => [standing.contest.pair, timedOf(standing)]));
}

function standingOf(contest: Contest): Standing {
  const { variants } = contest.pair;
  const kept = contest.keep.flatMap((id) => variants.find((each) => each.id === id)?.sha256 ?? []);
  const finalists = [...new Set(variants.map(({ sha256 }) => sha256))];
  return { contest, kept, shares: new Map(), baseNs: [], finalists };
}

function add({ kept: [first = ''], shares, baseNs }: Standing, rounds: readonly Round[]): void {
  for (const round of rounds) {
    const firstNs = round[first] ?? Number.NaN;
    baseNs.push(firstNs);
    for (const [sha, ns] of Object.entries(round))
      shares.set(sha, [...(shares.get(sha) ?? []), ns / firstNs]);
  }
}

const shareOf = ({ shares }: Standing, sha: string): number => median(shares.get(sha) ?? [Number.NaN]);

const bySpeed = (standing: Standing): readonly string[] =>
  [...standing.finalists].sort((a, b) => shareOf(standing, a) - shareOf(standing, b));

const fastestOf = (standing: Standing, size: number): readonly string[] => [
  ...new Set([...standing.kept, ...bySpeed(standing).slice(0, size)]),
];

function timedOf(standing: Standing): Timed {
  const { variants } = standing.contest.pair;
  const baseNs = median(standing.baseNs);
  const [fastest] = bySpeed(standing);
  return {
    ns: Object.fromEntries(variants.map(({ id, sha256 }) => [id, baseNs * shareOf(standing, sha256)])),
    fastest: variants.find(({ sha256 }) => sha256 === fastest)?.id ?? '',
  };
}
