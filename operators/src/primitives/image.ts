// Pillow images as NumPy sees them, and their size. `numpy.asarray(image)` shares memory; with another dtype it is a
// map, so that the conversion fuses with what follows.

import { type BoundArgument, bindArguments, isAbsent } from '../arguments.ts';
import type { CallSite, PrimitiveRule, Resolution } from '../descriptor.ts';
import { dtypeArgument } from '../dtypes.ts';
import { mapResolution } from '../elementwise.ts';
import { arrayType, INT, refuse, shapeOf, tupleType } from '../value-types.ts';

const property = (name: string, primitive: string, result: 'int' | 'size'): PrimitiveRule => ({
  callees: [`PIL.Image.Image.${name}`],
  resolve: (call) =>
    call.args[0]?.type.kind === 'image'
      ? {
          kind: 'primitive',
          name: primitive,
          operands: [{ from: 'arg', index: 0 }],
          attributes: {},
          result: result === 'int' ? INT : tupleType([INT, INT]),
          raises: false,
        }
      : refuse(`${name} is read from an image`, 'pass a PIL.Image.Image'),
});

/** An image as an array, converted where a dtype asks for it. */
export function imageAsArray(image: BoundArgument, dtype: BoundArgument | undefined): Resolution {
  const shape = shapeOf(image.operand.type);
  if (!shape) return refuse("the image's mode is only known at run time", 'call image.convert("RGB") first');
  const wanted = isAbsent(dtype) ? 'uint8' : dtypeArgument(dtype!.operand);
  if (!wanted) return refuse('dtype must be known at compile time', 'write it: dtype=numpy.float32');
  if (wanted !== 'uint8') return mapResolution('cast', [image], wanted);
  return {
    kind: 'primitive',
    name: shape.length === 3 ? 'pixels' : 'plane',
    operands: [image.reference],
    attributes: {},
    result: arrayType('uint8', shape),
    raises: false,
  };
}

const asarray: PrimitiveRule = {
  callees: ['numpy.asarray', 'numpy.array', 'numpy.ascontiguousarray'],
  resolve: (call: CallSite) => {
    const bound = bindArguments(call, ['a', 'dtype']);
    if (typeof bound === 'string') return refuse(bound, 'give the image and a dtype');
    const image = bound.get('a');
    if (image?.operand.type.kind !== 'image') return refuse('not an image', 'pass a PIL.Image.Image');
    return imageAsArray(image, bound.get('dtype'));
  },
};

export const imageRules: readonly PrimitiveRule[] = [
  asarray,
  property('size', 'image_size', 'size'),
  property('width', 'image_width', 'int'),
  property('height', 'image_height', 'int'),
];
