// How alike two devices are, and how alike two sizes: several views of each, every one a positive definite kernel with
// values from 0 to 1. Which views matter is learned from data (`variogram.ts`); nothing here is tuned to a data set.

/** What describes a device or a size: numbers and words, by name. */
export type Features = Readonly<Record<string, number | string>>;

/** One view: 1 is alike in every respect that it looks at, 0 is nothing in common. */
export interface View {
  readonly name: string;
  readonly kind: 'any' | 'all' | 'one' | 'words' | 'near' | 'same';
  readonly between: (a: number, b: number) => number;
}

/** Features looked at one by one, those that tell most devices apart first. */
const MOST_SINGLE = 8;

/** The views of devices, named and described; always the constant one first and identity last. */
export function deviceViews(names: readonly string[], features: readonly Features[]): readonly View[] {
  const columns = columnsOf(features);
  const views: View[] = [{ name: 'any device', kind: 'any', between: () => 1 }];
  if (columns.length > 0) {
    const distance = memoise(names.length, (a, b) => {
      let sum = 0;
      for (const column of columns) sum += column(a, b);
      return sum / columns.length;
    });
    for (const reach of [0.1, 0.4])
      views.push({
        name: `features within ${reach}`,
        kind: 'all',
        between: (a, b) => (a === b ? 1 : Math.exp(-distance(a, b) / reach)),
      });
  }
  if (columns.length > 1)
    for (const { name, apart } of singles(features, columns))
      views.push({ name, kind: 'one', between: (a, b) => Math.exp(-2 * apart(a, b)) });
  // Names are all there is to go by where nothing is described; beside features they mislead.
  const words = names.map(wordsOf);
  if (
    columns.length === 0 &&
    names.some((_, a) => names.some((__, b) => a < b && b < a + 50 && sharedWords(words[a]!, words[b]!) > 0))
  )
    views.push({
      name: 'words of the name',
      kind: 'words',
      between: memoise(names.length, (a, b) => sharedWords(words[a]!, words[b]!)),
    });
  views.push({ name: 'same device', kind: 'same', between: (a, b) => (a === b ? 1 : 0) });
  return views;
}

/** How alike two devices are in all that is known of them: the narrowest view that looks at everything. */
export const overall = (views: readonly View[]): View =>
  views.find(({ kind }) => kind === 'all') ?? views.find(({ kind }) => kind === 'words') ?? views[0]!;

/** The views of sizes: octaves apart, added over the features; words match or do not. */
export function sizeViews(sizes: readonly Features[]): readonly View[] {
  const any: View = { name: 'any size', kind: 'any', between: () => 1 };
  if (sizes.length < 2) return [any];
  const distance = memoise(sizes.length, octavesApart(sizes));
  const described = sizes.some((size) => Object.keys(size).length > 0);
  const near = (reach: number): View => ({
    name: `sizes within ${reach} octaves`,
    kind: 'near',
    between: (a, b) => (a === b ? 1 : Math.exp(-distance(a, b) / reach)),
  });
  return [
    any,
    ...(described ? [near(1), near(4)] : []),
    { name: 'same size', kind: 'same', between: (a, b) => (a === b ? 1 : 0) },
  ];
}

/** The sum over features of how many octaves two sizes lie apart. */
export function octavesApart(sizes: readonly Features[]): (a: number, b: number) => number {
  const keys = [...new Set(sizes.flatMap((size) => Object.keys(size)))];
  const width = keys.length;
  const values = new Float64Array(sizes.length * width);
  const words = new Map<string, number>();
  const isWord = keys.map((key) => sizes.some((size) => typeof size[key] === 'string'));
  for (const [index, size] of sizes.entries()) {
    for (const [column, key] of keys.entries()) {
      const value = size[key];
      let number = 0;
      if (isWord[column]) {
        const word = String(value);
        number = words.get(word) ?? words.size;
        words.set(word, number);
      } else if (typeof value === 'number') number = Math.sign(value) * Math.log2(1 + Math.abs(value));
      values[index * width + column] = number;
    }
  }
  return (a, b) => {
    let sum = 0;
    for (let column = 0; column < width; column += 1) {
      const apart = Math.abs(values[a * width + column]! - values[b * width + column]!);
      sum += isWord[column] ? Math.min(apart, 1) : apart;
    }
    return sum;
  };
}

type Apart = (a: number, b: number) => number;

const featureNames = (features: readonly Features[]): readonly string[] =>
  [...new Set(features.flatMap((each) => Object.keys(each)))].filter(
    (name) => new Set(features.map((each) => each[name])).size > 1,
  );

/** For each feature that varies, how far apart two devices are in it: 0 to about 1. */
function columnsOf(features: readonly Features[]): readonly Apart[] {
  return featureNames(features).map((name): Apart => {
    const values = features.map((each) => each[name]);
    if (values.some((value) => typeof value === 'string')) {
      // A word that nothing was known for says nothing of likeness.
      return (a, b) => (values[a] !== undefined && values[a] === values[b] ? 0 : 1);
    }
    const logs = values.map((value) =>
      typeof value === 'number' ? Math.sign(value) * Math.log1p(Math.abs(value)) : Number.NaN,
    );
    const known = logs.filter((value) => !Number.isNaN(value));
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const sd = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length) || 1;
    return (a, b) => {
      const apart = Math.abs(logs[a]! - logs[b]!) / (2 * sd);
      return Number.isNaN(apart) ? 1 : apart;
    };
  });
}

function singles(features: readonly Features[], columns: readonly Apart[]) {
  return featureNames(features)
    .map((name, index) => ({
      name: `alike in ${name}`,
      apart: columns[index]!,
      kinds: new Set(features.map((each) => each[name])).size,
    }))
    .filter(({ kinds }) => kinds < features.length)
    .slice(0, MOST_SINGLE);
}

/** Runs of letters or digits, lower case: `gfx906_64` is gfx, 906, 64. */
const wordsOf = (name: string): ReadonlySet<string> => new Set(name.toLowerCase().match(/[a-z]+|\d+/g) ?? []);

/** Cosine of the sets of words. */
function sharedWords(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const word of a) if (b.has(word)) shared += 1;
  return shared === 0 ? 0 : shared / Math.sqrt(a.size * b.size);
}

/** Remembers a symmetric function while the table of it stays small. */
function memoise(count: number, compute: Apart): Apart {
  if (count > 4000) return compute;
  const known = new Float32Array(count * count).fill(-1);
  return (a, b) => {
    const at = a * count + b;
    if (known[at]! < 0) known[at] = compute(a, b);
    return known[at]!;
  };
}
