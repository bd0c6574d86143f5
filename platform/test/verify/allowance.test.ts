// What a function's operators allow, added up and followed to its result.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createFrontend, type Frontend } from '@everypath/compiler';
import { allowanceOf, isExact } from '../../src/verify/allowance.ts';

let frontend: Frontend;
before(async () => {
  frontend = await createFrontend();
});
after(() => frontend.close());

async function allowed(source: string) {
  const { module, diagnostics } = await frontend.compileSource({ source, file: 'a.py' });
  assert.ok(module, JSON.stringify(diagnostics));
  return allowanceOf(module);
}

test('arithmetic is exact', async () => {
  assert.ok(isExact(await allowed('def entry(x: float, n: int) -> float:\n    return x * 2.5 - n / 3\n')));
});

test('each call of the C library is worth a few units in the last place', async () => {
  const { relative } = await allowed('import math\ndef entry(x: float) -> float:\n    return math.sin(x)\n');
  assert.ok(relative >= 2 ** -52 && relative <= 8 * 2 ** -52, String(relative));
});

const IMAGE = `
from typing import Annotated
import numpy as np
from numpy.typing import NDArray
from PIL import Image

STD = np.array([0.5, 0.25, 0.2], dtype=np.float32)

def entry(image: Image.Image) -> RESULT:
    small = image.convert("RGB").resize((8, 8), Image.Resampling.BILINEAR)
    return VALUE
`;

test('a level in an image stays a level', async () => {
  const { levels } = await allowed(IMAGE.replace('RESULT', 'Image.Image').replace('VALUE', 'small'));
  assert.equal(levels, 1);
});

test('a level is followed through arithmetic with constants', async () => {
  const { absolute } = await allowed(
    IMAGE.replace('RESULT', 'Annotated[NDArray[np.float32], "8 8 3"]').replace(
      'VALUE',
      '(np.asarray(small, dtype=np.float32) / 255 - 0.5) / STD',
    ),
  );
  // One level of 255, divided by the smallest deviation.
  assert.ok(Math.abs(absolute - 1 / 255 / 0.2) < 1e-4, String(absolute));
});
