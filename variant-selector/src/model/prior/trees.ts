// Foresees contrasts by regions of device and size features: extremely randomised trees (Geurts, Ernst & Wehenkel 2006)
// whose splits serve all variants of an operator at once (predictive clustering, Blockeel et al. 1998). Where kriging
// asks what is near, trees find which features decide; they need no distance between devices.

import type { Random } from '../../random.ts';
import type { Contrasts } from './contrasts.ts';
import type { Features } from './similarity.ts';

/** Features in columns: numbers, or numbered words. */
export interface Columns {
  readonly count: number;
  /** Of each column: whether its numbers stand for words. */
  readonly words: readonly boolean[];
  /** Row-major: by device or size, then column; NaN where unknown. */
  readonly values: Float64Array;
}

/** What tells devices, or sizes, apart, ready to be split on. */
export function columnsFor(features: readonly Features[]): Columns {
  const names = [...new Set(features.flatMap((each) => Object.keys(each)))].filter(
    (name) => new Set(features.map((each) => each[name])).size > 1,
  );
  const count = names.length;
  const words = names.map((name) => features.some((each) => typeof each[name] === 'string'));
  const values = new Float64Array(features.length * count).fill(Number.NaN);
  for (const [column, name] of names.entries()) {
    const numbers = new Map<string, number>();
    for (const [index, each] of features.entries()) {
      const value = each[name];
      if (value === undefined) continue;
      let number: number;
      if (words[column]) {
        number = numbers.get(String(value)) ?? numbers.size;
        numbers.set(String(value), number);
      } else number = Math.sign(value as number) * Math.log1p(Math.abs(value as number));
      values[index * count + column] = number;
    }
  }
  return { count, words, values };
}

export interface Forest {
  /**
   * Log contrasts of the operator's variants on a device at a size; NaN where none was ever measured. With `unseen`, by
   * those trees alone that were grown without the device.
   */
  expect(device: number, size: number, variants: ArrayLike<number>, unseen?: boolean): Float64Array;
}

/** Trees of an operator: each device is unknown to every eighth, so that few trees lack what is most like a new one. */
const TREES = 64;
const LEFT_OUT = 8;
/** Rows that a tree is grown from, at most. */
const MOST_ROWS = 2000;
/** Rows below which a region is not split. */
const LEAST_ROWS = 6;
/** Rows that a region's parent is worth beside its own. */
const PARENT_ROWS = 1;

interface Node {
  readonly column: number;
  readonly at: number;
  readonly left: number;
  readonly right: number;
  /** Of its rows, the share that goes right. */
  readonly share: number;
  /** By variant, of leaves alone. */
  readonly mean: Float32Array | null;
}

interface Tree {
  readonly nodes: readonly Node[];
  /** Devices that it was grown without. */
  readonly unseen: ReadonlySet<number>;
}

/** An operator's rows with their features side by side. */
interface Field {
  readonly contrasts: Contrasts;
  readonly words: readonly boolean[];
  /** Row-major: by measured row, then column. */
  readonly values: Float64Array;
}

export function growForest(contrasts: Contrasts, devices: Columns, sizes: Columns, random: Random): Forest {
  const { device: deviceOf, size: sizeOf, variants: known } = contrasts.measured;
  const words = [...devices.words, ...sizes.words];
  const width = words.length;
  const describe = (device: number, size: number): Float64Array => {
    const features = new Float64Array(width);
    features.set(devices.values.subarray(device * devices.count, (device + 1) * devices.count));
    features.set(sizes.values.subarray(size * sizes.count, (size + 1) * sizes.count), devices.count);
    return features;
  };
  const values = new Float64Array(deviceOf.length * width);
  for (const [row, device] of deviceOf.entries()) values.set(describe(device, sizeOf[row]!), row * width);
  const field: Field = { contrasts, words, values };
  const trees = leaveOutInTurn([...new Set(deviceOf)], random).map((unseen): Tree => {
    const rows = Int32Array.from(deviceOf.keys()).filter((row) => !unseen.has(deviceOf[row]!));
    const wanted = Math.min(MOST_ROWS, rows.length);
    for (let at = 0; at < wanted; at += 1) swap(rows, at, at + Math.floor(random() * (rows.length - at)));
    return { nodes: growTree(field, rows.subarray(0, wanted), random), unseen };
  });
  // A word that no measured row has says nothing of either side of a split.
  const met = words.map((word, column) =>
    word ? new Set(Array.from(deviceOf.keys(), (row) => values[row * width + column]!)) : null,
  );
  return {
    expect(device, size, variants, unseen = false) {
      const features = describe(device, size).map((value, column) =>
        met[column]?.has(value) === false ? Number.NaN : value,
      );
      const mean = new Float64Array(variants.length);
      let asked = 0;
      for (const tree of trees) {
        if (unseen && !tree.unseen.has(device)) continue;
        descend(tree.nodes, 0, 1, { features, words, variants, known, mean });
        asked += 1;
      }
      for (let v = 0; v < mean.length; v += 1) mean[v] = asked === 0 ? Number.NaN : mean[v]! / asked;
      return mean;
    },
  };
}

/** For each tree the devices that it is not to know: every device is left out equally often. */
function leaveOutInTurn(devices: readonly number[], random: Random): readonly ReadonlySet<number>[] {
  const out = Array.from({ length: TREES }, () => new Set<number>());
  if (devices.length < 2) return out;
  for (let tree = 0; tree < TREES; tree += LEFT_OUT) {
    const order = devices.map((device) => ({ device, at: random() })).sort((a, b) => a.at - b.at);
    for (const [index, { device }] of order.entries()) out[tree + (index % LEFT_OUT)]!.add(device);
  }
  return out;
}

interface Question {
  readonly features: Float64Array;
  readonly words: readonly boolean[];
  readonly variants: ArrayLike<number>;
  /** Variants that the operator has. */
  readonly known: number;
  /** Takes the sum. */
  readonly mean: Float64Array;
}

/** Adds what the regions say that the features lie in; what is unknown lies in both of a split, by their rows. */
function descend(nodes: readonly Node[], from: number, share: number, question: Question): void {
  const { features, words, variants, known, mean } = question;
  let at = from;
  while (nodes[at]!.mean === null) {
    const node = nodes[at]!;
    const value = features[node.column]!;
    if (Number.isNaN(value)) {
      descend(nodes, node.left, share * (1 - node.share), question);
      descend(nodes, node.right, share * node.share, question);
      return;
    }
    at = goesRight(value, words[node.column]!, node.at) ? node.right : node.left;
  }
  const own = nodes[at]!.mean!;
  for (let v = 0; v < variants.length; v += 1) {
    const variant = variants[v]!;
    mean[v]! += variant >= 0 && variant < known ? share * own[variant]! : Number.NaN;
  }
}

const goesRight = (value: number, word: boolean, at: number): boolean => (word ? value === at : value > at);

function growTree({ contrasts, words, values }: Field, rows: Int32Array, random: Random): readonly Node[] {
  const { measured, contrast, average } = contrasts;
  const { start, variant, variants } = measured;
  const width = words.length;
  const nodes: Node[] = [];
  const rightSum = new Float64Array(variants);
  const rightCount = new Float64Array(variants);

  /** Where to part the rows by a column, at random; NaN where they are all alike. */
  const drawCut = (from: number, to: number, column: number): number => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let at = from; at < to; at += 1) {
      const value = values[rows[at]! * width + column]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    if (!(low < high)) return Number.NaN;
    if (!words[column]) return low + random() * (high - low);
    return values[rows[from + Math.floor(random() * (to - from))]! * width + column]!;
  };

  const addUp = (at: number, sum: Float64Array, count: Float64Array): void => {
    const row = rows[at]!;
    const end = start[row + 1]!;
    for (let cell = start[row]!; cell < end; cell += 1) {
      sum[variant[cell]!]! += contrast[cell]!;
      count[variant[cell]!]! += 1;
    }
  };

  /** What of the rows' squares the means of the two sides explain. */
  const explained = (
    from: number,
    to: number,
    column: number,
    cut: number,
    sum: Float64Array,
    count: Float64Array,
  ): number => {
    rightSum.fill(0);
    rightCount.fill(0);
    for (let at = from; at < to; at += 1)
      if (goesRight(values[rows[at]! * width + column]!, words[column]!, cut))
        addUp(at, rightSum, rightCount);
    let total = 0;
    for (let v = 0; v < variants; v += 1) {
      const right = rightCount[v]!;
      const left = count[v]! - right;
      if (right > 0) total += rightSum[v]! ** 2 / right;
      if (left > 0) total += (sum[v]! - rightSum[v]!) ** 2 / left;
    }
    return total;
  };

  const grow = (from: number, to: number, parent: Float32Array, parentRows: number): number => {
    const sum = new Float64Array(variants);
    const count = new Float64Array(variants);
    for (let at = from; at < to; at += 1) addUp(at, sum, count);
    const mean = parent.map((before, v) =>
      count[v] === 0 ? before : (sum[v]! + parentRows * before) / (count[v]! + parentRows),
    );
    const own = nodes.length;
    nodes.push({ column: 0, at: 0, left: 0, right: 0, share: 0, mean });
    if (to - from < LEAST_ROWS) return own;
    let best = Number.NEGATIVE_INFINITY;
    let chosen = -1;
    let chosenCut = 0;
    for (let column = 0; column < width; column += 1) {
      const cut = drawCut(from, to, column);
      if (Number.isNaN(cut)) continue;
      const gain = explained(from, to, column, cut, sum, count);
      if (gain <= best) continue;
      best = gain;
      chosen = column;
      chosenCut = cut;
    }
    if (chosen < 0) return own;
    let middle = from;
    for (let at = from; at < to; at += 1)
      if (!goesRight(values[rows[at]! * width + chosen]!, words[chosen]!, chosenCut))
        swap(rows, at, middle++);
    if (middle === from || middle === to) return own;
    const left = grow(from, middle, mean, PARENT_ROWS);
    const right = grow(middle, to, mean, PARENT_ROWS);
    nodes[own] = {
      column: chosen,
      at: chosenCut,
      left,
      right,
      share: (to - middle) / (to - from),
      mean: null,
    };
    return own;
  };
  grow(0, rows.length, Float32Array.from(average), 0);
  return nodes;
}

function swap(rows: Int32Array, a: number, b: number): void {
  const held = rows[a]!;
  rows[a] = rows[b]!;
  rows[b] = held;
}
