// A function's result for people (short) and for machines (whole).

import { writeFile } from 'node:fs/promises';
import type { Tensor, Value } from '@everypath/client';

const isTensor = (value: object): value is Tensor => 'shape' in value && 'data' in value;
const isImage = (value: object): value is { data: Uint8Array; width: number; height: number } =>
  'width' in value && 'height' in value && 'data' in value;

const dtypeOf = (data: ArrayLike<unknown>): string =>
  data.constructor.name
    .replace(/Array$/, '')
    .replace(/^Big/, '')
    .replace(/Clamped$/, '')
    .toLowerCase();

const number = (value: number | bigint): string =>
  typeof value === 'bigint' || Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(7)));

/** One line: `float32[3, 224, 224] 0.018 … 2.64, mean 0.44`. */
export function describeValue(value: Value): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' || typeof value === 'bigint') return number(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) {
    const shown = value.slice(0, 8).map((item) => describeValue(item as Value));
    return `[${shown.join(', ')}${value.length > 8 ? `, … ${value.length} items` : ''}]`;
  }
  if (value instanceof Map) {
    return `{${[...value]
      .slice(0, 8)
      .map(([key, item]) => `${describeValue(key)}: ${describeValue(item)}`)
      .join(', ')}}`;
  }
  if (isImage(value)) return `image ${value.width}×${value.height}`;
  if (isTensor(value))
    return `${value.dtype ?? dtypeOf(value.data)}[${value.shape.join(', ')}] ${summary(value.data)}`;
  if (ArrayBuffer.isView(value)) return `${(value as Uint8Array).byteLength} bytes`;
  return JSON.stringify(value);
}

function summary(data: Tensor['data']): string {
  if (data.length === 0) return 'empty';
  if (data.length <= 8) return Array.from(data as ArrayLike<number | bigint>, number).join(', ');
  let low = Infinity;
  let high = -Infinity;
  let sum = 0;
  for (let at = 0; at < data.length; at++) {
    const item = Number(data[at]);
    low = Math.min(low, item);
    high = Math.max(high, item);
    sum += item;
  }
  return `${number(low)} … ${number(high)}, mean ${number(sum / data.length)}`;
}

/** The whole value as JSON: arrays as `{ dtype, shape, data }`. */
export function valueToJson(value: Value): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (value === null || value === undefined || typeof value !== 'object') return value ?? null;
  if (Array.isArray(value)) return value.map((item) => valueToJson(item as Value));
  if (value instanceof Map) return [...value].map(([key, item]) => [valueToJson(key), valueToJson(item)]);
  if (isImage(value)) {
    const { width, height, data } = value;
    return { width, height, channels: data.length / (width * height), data: Array.from(data) };
  }
  if (isTensor(value)) {
    const items = Array.from(value.data as ArrayLike<number | bigint>, (item) => valueToJson(item));
    return { dtype: value.dtype ?? dtypeOf(value.data), shape: value.shape, data: items };
  }
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array);
  return value;
}

/** Writes the whole value to a file of JSON. */
export const saveValue = (path: string, value: Value): Promise<void> =>
  writeFile(path, `${JSON.stringify(valueToJson(value))}\n`);
