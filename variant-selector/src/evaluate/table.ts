// Reads the table that policies are judged on: one row a measurement or a published statistic, gzipped or plain CSV,
// streamed. Keeps columns as typed arrays; says what it could not use. Knows nothing of policies.

import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { SelectorError } from '../errors.ts';

/** What describes a device or a size: numbers and words, by name. */
export type Features = Readonly<Record<string, number | string>>;

/** The rows by column; dictionaries give the words behind the numbers. */
export interface Table {
  readonly datasets: readonly string[];
  readonly devices: readonly string[];
  readonly deviceFeatures: readonly Features[];
  /** Prefixed by the data set where the file has several. */
  readonly operators: readonly string[];
  readonly variants: readonly string[];
  readonly sizes: readonly Features[];
  readonly device: Int32Array;
  readonly operator: Int32Array;
  readonly variant: Int32Array;
  readonly size: Int32Array;
  /** Natural logarithm of microseconds. */
  readonly logUs: Float64Array;
  /** When it was measured, in any unit that grows; NaN where the row does not say. */
  readonly time: Float64Array;
  /** Rows without a positive, finite latency or without a name. */
  readonly dropped: number;
}

const COLUMNS = ['device', 'operator', 'variant', 'latency_us'] as const;
/** Where `meta` may say when a row was measured, most telling first. */
const TIME_KEYS = ['time', 'ts', 'timestamp', 'date', 't', 'release', 'version', 'v'] as const;
/** Where a size may say it; shorter names are as likely dimensions. */
const SIZE_TIME_KEYS = ['timestamp', 'time', 'date', 'release'] as const;

/** Reads a file; throws `EP_BAD_TABLE` when it is no such table. */
export async function readTable(path: string): Promise<Table> {
  const file = createReadStream(path);
  const source = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  file.on('error', (error: Error) => source.destroy(error));
  const parser = source.pipe(parse({ bom: true, relax_column_count: true, skip_empty_lines: true }));
  source.on('error', (error: Error) => parser.destroy(error));
  return collectTable(parser as AsyncIterable<readonly string[]>);
}

/** Collects records, the first of which names the columns. */
export async function collectTable(
  records: AsyncIterable<readonly string[]> | Iterable<readonly string[]>,
): Promise<Table> {
  let header: readonly string[] | null = null;
  const builder = new TableBuilder();
  for await (const record of records) {
    if (header === null) {
      header = record.map((name) => name.trim());
      const missing = COLUMNS.filter((name) => !header!.includes(name));
      if (missing.length > 0)
        throw new SelectorError('EP_BAD_TABLE', `the table has no column '${missing[0]}'`);
      builder.open(header);
    } else builder.add(record);
  }
  if (header === null) throw new SelectorError('EP_BAD_TABLE', 'the table is empty');
  return builder.close();
}

class Words {
  readonly all: string[] = [];
  readonly #ids = new Map<string, number>();
  idOf(word: string): number {
    let id = this.#ids.get(word);
    if (id === undefined) {
      id = this.all.length;
      this.#ids.set(word, id);
      this.all.push(word);
    }
    return id;
  }
}

/** A column that grows. */
class Column {
  #values = new Float64Array(1024);
  #length = 0;
  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Float64Array(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }
  floats(): Float64Array {
    return this.#values.slice(0, this.#length);
  }
  integers(): Int32Array {
    return Int32Array.from(this.floats());
  }
}

class TableBuilder {
  #at: Readonly<Record<string, number>> = {};
  readonly #datasets = new Words();
  readonly #devices = new Words();
  readonly #operators = new Words();
  readonly #variants = new Words();
  readonly #sizes = new Words();
  readonly #features = new Map<number, Features>();
  readonly #times = new Map<string, number>();
  readonly #device = new Column();
  readonly #operator = new Column();
  readonly #variant = new Column();
  readonly #size = new Column();
  readonly #logUs = new Column();
  readonly #time = new Column();
  #dropped = 0;

  open(header: readonly string[]): void {
    this.#at = Object.fromEntries(header.map((name, index) => [name, index]));
  }

  add(record: readonly string[]): void {
    const field = (name: string): string => record[this.#at[name] ?? -1]?.trim() ?? '';
    const latency = field('latency_us') === '' ? Number.NaN : Number(field('latency_us'));
    const named = field('device') !== '' && field('operator') !== '' && field('variant') !== '';
    if (!named || !(latency > 0) || !Number.isFinite(latency)) {
      this.#dropped += 1;
      return;
    }
    const dataset = field('dataset');
    this.#datasets.idOf(dataset);
    const device = this.#devices.idOf(`${dataset}\n${field('device')}`);
    if (!this.#features.has(device)) this.#features.set(device, parseFeatures(field('device_features')));
    this.#device.push(device);
    this.#operator.push(this.#operators.idOf(`${dataset}\n${field('operator')}`));
    this.#variant.push(this.#variants.idOf(field('variant')));
    this.#size.push(this.#sizes.idOf(canonical(field('size_features'))));
    this.#logUs.push(Math.log(latency));
    const measured = this.#timeOf(field('meta'), TIME_KEYS);
    this.#time.push(Number.isNaN(measured) ? this.#timeOf(field('size_features'), SIZE_TIME_KEYS) : measured);
  }

  /** Metadata repeats: each text is read once. */
  #timeOf(text: string, keys: readonly string[]): number {
    if (text === '') return Number.NaN;
    const known = `${keys.length}${text}`;
    let time = this.#times.get(known);
    if (time === undefined) {
      const features = parseFeatures(text);
      const key = keys.find((name) => features[name] !== undefined);
      time = key === undefined ? Number.NaN : readTime(features[key]!);
      if (this.#times.size > 100_000) this.#times.clear();
      this.#times.set(known, time);
    }
    return time;
  }

  close(): Table {
    const several = this.#datasets.all.length > 1;
    const name = (word: string): string =>
      several ? word.replace('\n', ': ') : word.slice(word.indexOf('\n') + 1);
    return {
      datasets: this.#datasets.all,
      devices: this.#devices.all.map(name),
      deviceFeatures: this.#devices.all.map((_, index) => this.#features.get(index) ?? {}),
      operators: this.#operators.all.map(name),
      variants: this.#variants.all,
      sizes: this.#sizes.all.map(parseFeatures),
      device: this.#device.integers(),
      operator: this.#operator.integers(),
      variant: this.#variant.integers(),
      size: this.#size.integers(),
      logUs: this.#logUs.floats(),
      time: this.#time.floats(),
      dropped: this.#dropped,
    };
  }
}

const canonical = (text: string): string => (text === '' || text === 'null' ? '{}' : text);

/** An object of numbers and words, flattened; anything else is no feature. */
export function parseFeatures(text: string): Features {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return {};
  }
  const features: Record<string, number | string> = {};
  const take = (value: unknown, name: string): void => {
    if (typeof value === 'number' && Number.isFinite(value)) features[name] = value;
    else if (typeof value === 'boolean') features[name] = value ? 1 : 0;
    else if (typeof value === 'string' && value !== '') features[name] = value;
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) take(inner, name === '' ? key : `${name}.${key}`);
  };
  take(parsed, '');
  return features;
}

/** A number, a date, or a version like 0.9.65, as a number that grows; NaN for anything else. */
export function readTime(value: number | string): number {
  if (typeof value === 'number') return value;
  if (/^\d{4}-\d{2}/.test(value)) return Date.parse(value);
  const version = /^[vr]?(\d+(?:\.\d+)*)/i.exec(value);
  if (version === null) return Number.NaN;
  return version[1]!
    .split('.')
    .slice(0, 4)
    .reduce((sum, part, index) => sum + Number(part) / 1000 ** index, 0);
}
