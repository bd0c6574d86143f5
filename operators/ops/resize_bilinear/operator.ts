// `image.resize(size, BILINEAR)` as Pillow does it: an antialiasing triangle filter, not the two-by-two interpolation
// that other libraries call bilinear.

import { bindArguments, isAbsent } from '../../src/arguments.ts';
import type { OperandReference, OperatorDescriptor } from '../../src/descriptor.ts';
import { INT, integerListConstant, refuse, tupleType } from '../../src/value-types.ts';

/** `PIL.Image.BILINEAR`, `PIL.Image.Resampling.BILINEAR`. */
const BILINEAR = 2;

export const operator: OperatorDescriptor = {
  name: 'PIL.Image.Image.resize[bilinear]',
  callees: ['PIL.Image.Image.resize'],
  summary: 'The image scaled to a size with an antialiasing triangle filter.',
  semantics:
    'Pillow 9: support grows with the scale, 22-bit fixed-point weights, horizontal pass first with an 8-bit ' +
    'intermediate, RGBA weighted by alpha. Variants may take the vertical pass first, with a 16-bit intermediate.',
  tolerance: { kind: 'levels', max: 1 },
  features: ['in_pixels', 'out_pixels', 'horizontal_work', 'vertical_work'],
  resolve: (call) => {
    const bound = bindArguments(call, ['self', 'size', 'resample', 'box', 'reducing_gap']);
    if (typeof bound === 'string')
      return refuse(bound, 'write image.resize((width, height), Image.BILINEAR)');
    const image = bound.get('self');
    const size = bound.get('size');
    if (image?.operand.type.kind !== 'image')
      return refuse('resize takes an image', 'pass a PIL.Image.Image');
    if (Number(bound.get('resample')?.operand.constant) !== BILINEAR) {
      return refuse('only bilinear resize is supported', 'write resample=Image.Resampling.BILINEAR');
    }
    if (!isAbsent(bound.get('box')) || !isAbsent(bound.get('reducing_gap'))) {
      return refuse('resize with box or reducing_gap is not supported', 'leave them out');
    }
    const known = size && integerListConstant(size.operand);
    const pair = tupleType([INT, INT]);
    let reference: OperandReference;
    if (known?.length === 2) {
      reference = { from: 'constant', type: pair, value: known };
    } else if (
      size?.operand.type.kind === 'tuple' &&
      size.operand.type.items.length === 2 &&
      size.operand.type.items.every(({ kind }) => kind === 'int')
    ) {
      reference = size.reference;
    } else {
      return refuse('the size is a tuple of two integers', 'write (width, height)');
    }
    return {
      kind: 'kernel',
      operator: 'PIL.Image.Image.resize[bilinear]',
      operands: [image.reference, reference],
      attributes: {},
      results: [image.operand.type],
    };
  },
};
