// `image.convert("RGB")`: grey is repeated, alpha is dropped, colour is copied.

import { bindArguments } from '../../src/arguments.ts';
import type { OperatorDescriptor } from '../../src/descriptor.ts';
import { refuse } from '../../src/value-types.ts';

export const operator: OperatorDescriptor = {
  name: 'PIL.Image.Image.convert[RGB]',
  callees: ['PIL.Image.Image.convert'],
  summary: 'The image in mode RGB.',
  semantics: "Pillow's convert: L repeats its level three times, RGBA drops its alpha, RGB is copied.",
  tolerance: { kind: 'exact' },
  features: ['pixels', 'channels'],
  resolve: (call) => {
    const bound = bindArguments(call, ['self', 'mode']);
    if (typeof bound === 'string') return refuse(bound, 'write image.convert("RGB")');
    const image = bound.get('self');
    if (image?.operand.type.kind !== 'image')
      return refuse('convert takes an image', 'pass a PIL.Image.Image');
    if (bound.get('mode')?.operand.constant !== 'RGB') {
      return refuse('only convert("RGB") is supported', 'write image.convert("RGB")');
    }
    return {
      kind: 'kernel',
      operator: 'PIL.Image.Image.convert[RGB]',
      operands: [image.reference],
      attributes: {},
      results: [{ kind: 'image', mode: 'RGB' }],
    };
  },
};
