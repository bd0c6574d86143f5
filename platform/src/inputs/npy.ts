// NumPy's .npy files (format versions 1 to 3: NEP 1), read into tensors and written from them.

import type { Tensor, TypedArray } from '@everypath/client';
import { Failure } from '../failure.ts';

const READERS: Readonly<Record<string, (buffer: ArrayBuffer) => TypedArray>> = {
  b1: (buffer) => new Uint8Array(buffer),
  i1: (buffer) => new Int8Array(buffer),
  u1: (buffer) => new Uint8Array(buffer),
  i2: (buffer) => new Int16Array(buffer),
  u2: (buffer) => new Uint16Array(buffer),
  i4: (buffer) => new Int32Array(buffer),
  u4: (buffer) => new Uint32Array(buffer),
  i8: (buffer) => new BigInt64Array(buffer),
  u8: (buffer) => new BigUint64Array(buffer),
  f4: (buffer) => new Float32Array(buffer),
  f8: (buffer) => new Float64Array(buffer),
};

const refuse = (name: string, why: string): Failure =>
  new Failure(
    'EP_ARGUMENT',
    `${name}: ${why}`,
    'Save it with numpy.save(file, numpy.ascontiguousarray(array)).',
  );

/** Reads the bytes of a .npy file; `name` is for messages. */
export function readNpy(bytes: Uint8Array, name: string): Tensor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || bytes[0] !== 0x93 || Buffer.from(bytes.subarray(1, 6)).toString() !== 'NUMPY') {
    throw refuse(name, 'not a .npy file');
  }
  const long = (bytes[6] ?? 1) >= 2;
  const start = long ? 12 : 10;
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  const header = Buffer.from(bytes.subarray(start, start + length)).toString('latin1');
  const descr = /'descr':\s*'([<>|=])([a-z]\d+)'/.exec(header);
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (!descr || shape === undefined) throw refuse(name, 'its header is not one of a plain array');
  if (descr[1] === '>') throw refuse(name, 'big-endian arrays are not read');
  if (/'fortran_order':\s*True/.test(header)) throw refuse(name, 'the array is in Fortran order');
  const kind = descr[2] ?? '';
  const reader = READERS[kind];
  if (!reader) throw refuse(name, `arrays of ${kind} are not read`);
  // A copy: typed arrays must begin at a multiple of their item's size, and a Buffer's slice is a view.
  const body = new Uint8Array(bytes.subarray(start + length));
  const dims = shape
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map(Number);
  const data = reader(body.buffer);
  if (data.length !== dims.reduce((product, dim) => product * dim, 1)) throw refuse(name, 'it is cut short');
  return kind === 'b1' ? { data, shape: dims, dtype: 'bool' } : { data, shape: dims };
}
