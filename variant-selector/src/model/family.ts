// The model of one family (an operator for one specialization): log latency = speed of the class + contrast of the
// operator variant in the class + slopes · size. Speeds and contrasts live on the tree of classes; contrasts vary
// far less between classes than speeds do, which is what lets a class inherit a choice it has no samples for.

import { median } from 'simple-statistics';
import { fitTree, lookUp, type Surprise, type Tree, type TreePrior } from './class-tree.ts';
import { cellsOf, type Observation } from './observation.ts';
import { combine, type Estimate, robustLocation } from './robust.ts';
import { dot, fitSlopes, type SizePoint, type Slopes, sizeCoordinates, unknownSlopes } from './size-model.ts';
import { observationVariance, type Variances } from './variances.ts';

/** How much was measured. */
export interface Evidence {
  readonly samples: number;
  readonly sessions: number;
  /** What the sessions are worth, in sessions of a calm machine. */
  readonly calmSessions: number;
  /** Chance that all of them were slowed and nothing shows it. */
  readonly hidden: number;
  readonly devices: number;
}

export const NOTHING: Evidence = { samples: 0, sessions: 0, calmSessions: 0, hidden: 0, devices: 0 };

export interface OperatorVariantModel {
  readonly slopes: Slopes;
  /** Where the contrast starts from before samples. */
  readonly priorMean: number;
  readonly contrast: Tree;
  /** By cell, coarse ones included. */
  readonly evidence: Readonly<Record<string, Evidence>>;
  /** By finest class and size: what the size model misses there, shrunk. */
  readonly local: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface FamilyModel {
  readonly operator: string;
  readonly specialization: string;
  /** The size (in coordinates) that speeds refer to. */
  readonly center: readonly number[];
  readonly slopes: Slopes;
  readonly base: Tree;
  readonly variants: Readonly<Record<string, OperatorVariantModel>>;
}

export interface FamilyFit {
  readonly model: FamilyModel;
  readonly baseSurprises: readonly Surprise[];
  readonly contrastSurprises: readonly Surprise[];
  /** Squared departures of devices from their class, less noise. */
  readonly deviceSquares: readonly number[];
}

/** Where a family's speed starts from: a microsecond, give or take three powers of e. */
export const basePrior = (variances: Variances): TreePrior => ({
  mean: Math.log(1000),
  edges: variances.base,
});

export const contrastPrior = (priorMean: number, variances: Variances): TreePrior => ({
  mean: priorMean,
  edges: variances.contrast,
});

/** A size as a key. */
export const sizeKey = (features: readonly number[]): string => features.join(',');

interface Row {
  readonly observation: Observation;
  readonly x: readonly number[];
  readonly variance: number;
}

/** Speeds and contrasts settle within these; with three, a choice reached new classes at half its strength. */
const ROUNDS = 8;

/** Fits one family's observations. `priorOf` is the cold prior of an operator variant's contrast. */
export function fitFamily(
  observations: readonly Observation[],
  priorOf: (operatorVariant: string) => number,
  variances: Variances,
): FamilyFit {
  const first = observations[0]!;
  const count = Math.min(...observations.map((each) => each.features.length));
  const rows: readonly Row[] = observations.map((observation) => ({
    observation,
    x: sizeCoordinates(observation.features.slice(0, count)),
    variance: observationVariance(observation, variances),
  }));
  const center = Array.from({ length: count }, (_, index) => median(rows.map((row) => row.x[index]!)));
  const slopes = fitSlopes(rows.map(toPoint), unknownSlopes(count));
  const byVariant = Map.groupBy(rows, (row) => row.observation.operatorVariant);
  const slopesOf = new Map<string, Slopes>();
  for (const [name, own] of byVariant) {
    slopesOf.set(name, fitSlopes(own.map(toPoint), { mean: slopes.mean, variance: 0.1 ** 2 }));
  }
  const levelOf = (row: Row): number =>
    row.observation.logNs - sizeShift(slopesOf.get(row.observation.operatorVariant)!, row.x, center);

  const { leaves, deviceSquares } = classLevels(byVariant, levelOf, variances);
  const priorFor = (name: string): TreePrior => contrastPrior(priorOf(name), variances);

  // Speed given the contrasts that other classes predict, then contrasts given the speed.
  let base = fitTree(new Map(), basePrior(variances));
  let contrasts = new Map([...leaves.keys()].map((name) => [name, fitTree(new Map(), priorFor(name))]));
  for (let round = 0; round < ROUNDS; round += 1) {
    const speeds = new Map<string, Estimate[]>();
    for (const [name, levels] of leaves) {
      const fit = contrasts.get(name)!;
      for (const [deviceClass, level] of levels) {
        const expected = fit.cavity.get(deviceClass) ?? lookUp(fit.posterior, deviceClass, priorFor(name));
        const speed = { mean: level.mean - expected.mean, variance: level.variance + expected.variance };
        speeds.set(deviceClass, [...(speeds.get(deviceClass) ?? []), speed]);
      }
    }
    base = fitTree(new Map([...speeds].map(([name, each]) => [name, combine(each)])), basePrior(variances));
    contrasts = new Map(
      [...leaves].map(([name, levels]) => {
        const own = [...levels].map(([deviceClass, level]): [string, Estimate] => [
          deviceClass,
          { mean: level.mean - base.posterior[deviceClass]!.mean, variance: level.variance },
        ]);
        return [name, fitTree(new Map(own), priorFor(name))];
      }),
    );
  }

  const variants: Record<string, OperatorVariantModel> = {};
  for (const [name, own] of byVariant) {
    const { posterior } = contrasts.get(name)!;
    variants[name] = {
      slopes: slopesOf.get(name)!,
      priorMean: priorOf(name),
      contrast: posterior,
      evidence: gatherEvidence(own.map((row) => row.observation)),
      local: localResiduals(
        own,
        (row) =>
          levelOf(row) -
          base.posterior[row.observation.deviceClass]!.mean -
          posterior[row.observation.deviceClass]!.mean,
        variances,
      ),
    };
  }
  return {
    model: {
      operator: first.operator,
      specialization: first.specialization,
      center,
      slopes,
      base: base.posterior,
      variants,
    },
    baseSurprises: base.surprises,
    contrastSurprises: [...contrasts.values()].flatMap((fit) => fit.surprises),
    deviceSquares,
  };
}

const toPoint = (row: Row): SizePoint => ({
  group: `${row.observation.operatorVariant}\n${row.observation.deviceClass}\n${row.observation.device}`,
  x: row.x,
  y: row.observation.logNs,
  variance: row.variance,
});

/** What the size model adds at coordinates `x`. */
export const sizeShift = (slopes: Slopes, x: readonly number[], center: readonly number[]): number =>
  dot(
    slopes.mean,
    center.map((value, index) => (x[index] ?? value) - value),
  );

/** Each operator variant's level in each finest class: one value a device, then what the devices say together. */
function classLevels(
  byVariant: ReadonlyMap<string, readonly Row[]>,
  levelOf: (row: Row) => number,
  variances: Variances,
): { readonly leaves: Map<string, Map<string, Estimate>>; readonly deviceSquares: readonly number[] } {
  const leaves = new Map<string, Map<string, Estimate>>();
  const deviceSquares: number[] = [];
  for (const [name, rows] of byVariant) {
    const levels = new Map<string, Estimate>();
    for (const [deviceClass, own] of Map.groupBy(rows, (row) => row.observation.deviceClass)) {
      const devices = [...Map.groupBy(own, (row) => row.observation.device).values()].map((each) =>
        combine(each.map((row) => ({ mean: levelOf(row), variance: row.variance }))),
      );
      const level = robustLocation(
        devices.map((device) => ({ ...device, variance: device.variance + variances.device })),
      );
      levels.set(deviceClass, level);
      if (devices.length < 3) continue;
      for (const device of devices) {
        const bound = 9 * (device.variance + variances.device);
        deviceSquares.push(Math.min((device.mean - level.mean) ** 2, bound) - device.variance);
      }
    }
    leaves.set(name, levels);
  }
  return { leaves, deviceSquares };
}

function gatherEvidence(observations: readonly Observation[]): Readonly<Record<string, Evidence>> {
  const cells: Record<string, Evidence> = {};
  for (const [deviceClass, own] of Map.groupBy(observations, (each) => each.deviceClass)) {
    const samples = own.reduce((sum, each) => sum + each.samples, 0);
    const perDevice = Map.groupBy(own, (each) => each.device);
    // Sizes of one session are one session.
    let sessions = 0;
    let calmSessions = 0;
    let hidden = 1;
    for (const each of perDevice.values()) {
      sessions += Math.max(...each.map((one) => one.sessions));
      calmSessions += Math.max(...each.map((one) => one.calmSessions ?? one.sessions));
      hidden *= Math.min(...each.map((one) => one.hidden ?? 0));
    }
    for (const cell of cellsOf(deviceClass)) {
      const before = cells[cell] ?? { samples: 0, sessions: 0, calmSessions: 0, hidden: 1, devices: 0 };
      cells[cell] = {
        samples: before.samples + samples,
        sessions: before.sessions + sessions,
        calmSessions: before.calmSessions + calmSessions,
        hidden: before.hidden * hidden,
        devices: before.devices + perDevice.size,
      };
    }
  }
  return cells;
}

/** Cache sizes make steps that no line has: sizes seen often enough in a class keep their own correction. */
function localResiduals(
  rows: readonly Row[],
  residualOf: (row: Row) => number,
  variances: Variances,
): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const local: Record<string, Record<string, number>> = {};
  for (const [deviceClass, own] of Map.groupBy(rows, (row) => row.observation.deviceClass)) {
    const sizes = Map.groupBy(own, (row) => sizeKey(row.observation.features));
    if (sizes.size < 2) continue;
    const corrections: Record<string, number> = {};
    for (const [key, same] of sizes) {
      const { mean, variance } = robustLocation(
        same.map((row) => ({ mean: residualOf(row), variance: row.variance + variances.device })),
      );
      corrections[key] = (mean * variances.size) / (variances.size + variance);
    }
    local[deviceClass] = corrections;
  }
  return local;
}
