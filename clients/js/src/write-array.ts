// Writers for NumPy arrays and Pillow images: dtype, rank, lengths and the names that lengths share.

import type { Dim, ImageMode, Type } from '@everypath/schema';
import { UnsupportedError } from './errors.ts';
import { alignTo16, DTYPE_NAMES, ITEM_BYTES, KIND, MAX_RANK, VALUE } from './layout.ts';
import {
  type CheckContext,
  mismatch,
  place,
  type ValueWriter,
  writeHead,
  writeWord,
} from './value-writer.ts';
import type { Image, Tensor, TypedArray } from './values.ts';
import { dtypeOf, isTypedArray, mayCarry } from './values.ts';

function asTensor(value: unknown): Tensor | null {
  if (isTypedArray(value)) return { data: value, shape: [value.length] };
  if (typeof value !== 'object' || value === null) return null;
  const { data, shape } = value as Partial<Tensor>;
  return isTypedArray(data) && Array.isArray(shape) ? (value as Tensor) : null;
}

function checkDim(
  dim: Dim,
  length: number,
  axis: number,
  type: Type,
  value: unknown,
  context: CheckContext,
): void {
  if (typeof dim === 'number') {
    if (dim !== length) throw mismatch(type, value, context, `: axis ${axis} must be ${dim}`);
  } else if (dim !== null) {
    const bound = context.dims.get(dim);
    if (!bound) context.dims.set(dim, { length, parameter: context.parameter });
    else if (bound.length !== length) {
      const whence = bound.parameter === context.parameter ? 'another axis' : `argument '${bound.parameter}'`;
      throw mismatch(type, value, context, `: ${dim} is ${length} here but ${bound.length} in ${whence}`);
    }
  }
}

/** Arrays of one dtype and rank. */
export function arrayWriter(type: Type & { kind: 'array' }): ValueWriter {
  const code = DTYPE_NAMES.indexOf(type.dtype);
  const itemBytes = ITEM_BYTES[code] ?? 1;
  const perItem = type.dtype.startsWith('complex') ? 2 : 1;
  const rank = type.shape.length;
  if (rank > MAX_RANK) throw new UnsupportedError(`arrays of rank ${rank} cannot cross the program's border`);
  return {
    check(value, context) {
      const tensor = asTensor(value);
      if (!tensor) throw mismatch(type, value, context, '; pass { data: TypedArray, shape }');
      const { data, shape } = tensor;
      const dtype = tensor.dtype ?? type.dtype;
      if (dtype !== type.dtype || !mayCarry(data, dtype)) {
        // A Uint8Array is uint8 unless it says that it holds booleans.
        throw mismatch(type, value, context);
      }
      if (tensor.dtype === undefined && dtypeOf(data) !== type.dtype) {
        throw mismatch(type, value, context, `; add dtype: '${type.dtype}' if that is what it holds`);
      }
      if (shape.length !== rank)
        throw mismatch(type, value, context, `: rank ${shape.length} instead of ${rank}`);
      let count = perItem;
      for (let axis = 0; axis < rank; axis++) {
        const length = shape[axis] ?? 0;
        if (!Number.isSafeInteger(length) || length < 0) throw mismatch(type, value, context);
        checkDim(type.shape[axis] ?? null, length, axis, type, value, context);
        count *= length;
      }
      if (count !== data.length) {
        throw mismatch(
          type,
          value,
          context,
          `: the shape asks for ${count} elements, data has ${data.length}`,
        );
      }
      return context.copies ? alignTo16(data.byteLength) : 0;
    },
    write(value, offset, cursor) {
      const tensor = asTensor(value) as Tensor;
      const { view } = cursor;
      writeHead(view, offset, KIND.array, code, rank);
      writeWord(view, offset + VALUE.as, place(tensor.data, cursor));
      let stride = itemBytes;
      for (let axis = rank - 1; axis >= 0; axis--) {
        const length = tensor.shape[axis] ?? 0;
        writeWord(view, offset + VALUE.shape + axis * 8, length);
        writeWord(view, offset + VALUE.strides + axis * 8, stride);
        stride *= length;
      }
    },
  };
}

const MODE_CHANNELS: Readonly<Record<ImageMode, number>> = { L: 1, RGB: 3, RGBA: 4 };

const channelsOf = (image: Image): number =>
  image.channels ?? image.data.length / (image.width * image.height);

/** Images of one mode, or of any. */
export function imageWriter(type: Type & { kind: 'image' }): ValueWriter {
  return {
    check(value, context) {
      const image = value as Image | null;
      const shaped = typeof image === 'object' && image !== null && isTypedArray(image.data);
      if (!shaped || dtypeOf(image.data as TypedArray) !== 'uint8') {
        throw mismatch(type, value, context, '; pass { data: Uint8Array, width, height, channels }');
      }
      const { width, height, data } = image;
      const channels = channelsOf(image);
      const sound = Number.isSafeInteger(width) && width > 0 && Number.isSafeInteger(height) && height > 0;
      if (!sound || width * height * channels !== data.length || ![1, 3, 4].includes(channels)) {
        throw mismatch(
          type,
          value,
          context,
          ` with ${data.length} bytes; width × height × channels must agree`,
        );
      }
      if (type.mode !== null && MODE_CHANNELS[type.mode] !== channels) {
        throw mismatch(
          type,
          value,
          context,
          ` with ${channels} channels instead of ${MODE_CHANNELS[type.mode]}`,
        );
      }
      return context.copies ? alignTo16(data.byteLength) : 0;
    },
    write(value, offset, cursor) {
      const image = value as Image;
      const channels = channelsOf(image);
      const { view } = cursor;
      writeHead(view, offset, KIND.image, DTYPE_NAMES.indexOf('uint8'), 3);
      writeWord(view, offset + VALUE.as, place(image.data, cursor));
      const shape = [image.height, image.width, channels];
      const strides = [image.width * channels, channels, 1];
      for (let axis = 0; axis < 3; axis++) {
        writeWord(view, offset + VALUE.shape + axis * 8, shape[axis] ?? 0);
        writeWord(view, offset + VALUE.strides + axis * 8, strides[axis] ?? 0);
      }
    },
  };
}
