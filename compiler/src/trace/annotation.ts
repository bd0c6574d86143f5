// Annotations → types. What an annotation leaves open (a bare `np.ndarray`) can be given by the caller; else the
// message says how to write it.

import { type Dim, DTYPES, type Dtype, type Type } from '@everypath/schema';
import type { LiveValue } from '../sandbox/protocol.ts';

export type Annotated = { readonly type: Type } | { readonly problem: string; readonly hint: string };

const ARRAY_HINT =
  'Write Annotated[NDArray[np.float32], "n 3"]: a dtype, then one length or name for each dimension ("" for rank 0).';
const ANY_HINT = `Use int, float, bool, str, None, np.float32 and its like, Image.Image, tuple[…] or an array. ${ARRAY_HINT}`;

const SIMPLE: Readonly<Record<string, Type>> = {
  'builtins.int': { kind: 'int' },
  'builtins.float': { kind: 'float' },
  'builtins.bool': { kind: 'bool' },
  'builtins.str': { kind: 'str' },
  'PIL.Image.Image': { kind: 'image', mode: null },
};

const DTYPE_NAMES: Readonly<Record<string, Dtype>> = {
  ...Object.fromEntries(DTYPES.map((dtype) => [`numpy.${dtype}`, dtype])),
  'numpy.bool_': 'bool',
  'numpy.single': 'float32',
  'numpy.double': 'float64',
  'numpy.intc': 'int32',
  'numpy.intp': 'int64',
  'numpy.int_': 'int64',
  'numpy.half': 'float16',
  'numpy.ubyte': 'uint8',
  'numpy.byte': 'int8',
  'builtins.float': 'float64',
  'builtins.int': 'int64',
  'builtins.bool': 'bool',
};

/** The dtype that a dotted name stands for, as `dtype=` and annotations write it. */
export function dtypeOfName(name: string): Dtype | undefined {
  return Object.hasOwn(DTYPE_NAMES, name) ? DTYPE_NAMES[name] : undefined;
}

/** The type that an annotation stands for. */
export function typeOfAnnotation(annotation: LiveValue): Annotated {
  switch (annotation.kind) {
    case 'none':
      return { type: { kind: 'none' } };
    case 'global': {
      if (Object.hasOwn(SIMPLE, annotation.name)) return { type: SIMPLE[annotation.name] as Type };
      if (annotation.name === 'numpy.ndarray') {
        return { problem: 'a bare np.ndarray leaves dtype and rank open', hint: ARRAY_HINT };
      }
      const dtype = dtypeOfName(annotation.name);
      if (dtype !== undefined) return { type: { kind: 'scalar', dtype } };
      return { problem: `${annotation.name} is not a type that can be compiled`, hint: ANY_HINT };
    }
    case 'subscript':
      return typeOfSubscript(annotation);
    case 'unsupported':
      return { problem: annotation.what, hint: ANY_HINT };
    default:
      return { problem: 'this annotation is not a type', hint: ANY_HINT };
  }
}

function typeOfSubscript(annotation: LiveValue & { readonly kind: 'subscript' }): Annotated {
  const { object, items } = annotation;
  const name = object.kind === 'global' ? object.name : '';
  const [first] = items;
  if (name === 'builtins.tuple' || name === 'typing.Tuple') {
    const parts = items.map(typeOfAnnotation);
    if (items.some((item) => item.kind === 'ellipsis')) {
      return { problem: 'a tuple of unknown length', hint: 'Write each item: tuple[int, int, int].' };
    }
    const wrong = parts.find((part) => 'problem' in part);
    if (wrong !== undefined) return wrong;
    return { type: { kind: 'tuple', items: parts.flatMap((part) => ('type' in part ? [part.type] : [])) } };
  }
  if (name === 'typing.Annotated' && first !== undefined) {
    const shape = items.slice(1).find((item) => item.kind === 'str');
    const dtype = arrayDtype(first);
    if (dtype === undefined) {
      // Bounds and denotations of Parameter carry no type.
      if (first.kind === 'global' && first.name === 'numpy.ndarray') return typeOfAnnotation(first);
      return typeOfAnnotation(first);
    }
    if (shape?.kind !== 'str') return { problem: 'the array has no shape', hint: ARRAY_HINT };
    const dims = parseShape(shape.value);
    if (dims === null) return { problem: `cannot read the shape "${shape.value}"`, hint: ARRAY_HINT };
    return { type: { kind: 'array', dtype, shape: dims } };
  }
  if (arrayDtype(annotation) !== undefined) return { problem: 'the array has no shape', hint: ARRAY_HINT };
  return { problem: `${name || 'this'}[…] is not a type that can be compiled`, hint: ANY_HINT };
}

/** The dtype of `NDArray[np.float32]` and of `np.ndarray[Any, np.dtype[np.float32]]`. */
function arrayDtype(annotation: LiveValue): Dtype | undefined {
  if (annotation.kind !== 'subscript' || annotation.object.kind !== 'global') return undefined;
  const { name } = annotation.object;
  const last = annotation.items.at(-1);
  if (last === undefined) return undefined;
  if (name === 'numpy.typing.NDArray' && last.kind === 'global') return dtypeOfName(last.name);
  if (name !== 'numpy.ndarray' || last.kind !== 'subscript' || last.object.kind !== 'global')
    return undefined;
  const inner = last.items[0];
  return last.object.name === 'numpy.dtype' && inner?.kind === 'global' ? dtypeOfName(inner.name) : undefined;
}

/** `"n 3"` → `['n', 3]`; a `?` or `_` is a length of its own. */
function parseShape(text: string): readonly Dim[] | null {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  if (words.length > 8) return null;
  const dims: Dim[] = [];
  for (const word of words) {
    if (/^\d{1,15}$/.test(word)) dims.push(Number(word));
    else if (word === '?' || word === '_') dims.push(null);
    else if (/^[A-Za-z]\w*$/.test(word)) dims.push(word);
    else return null;
  }
  return dims;
}
