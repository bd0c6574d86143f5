// Operators whose body the compiler writes: fused chains and loops.

import { FLOAT, INT } from '../../value-types.ts';
import type { Specification } from '../plan.ts';
import { array, f32, image, of } from './parts.ts';

export const preprocess: Specification = {
  name: 'fused (image - mean) / std',
  call: { callee: 'everypath.fused', args: [of(image('RGB')), f32(1), f32(1)], kwargs: {} },
  cases: ['(img(224, 224), rnd(3), rnd(3))', '(img(5, 3), rnd(1), rnd(3))', '(img(7, 9), rnd(4), rnd(3))'],
  reference: 'lambda im, m, s: (np.asarray(im, dtype=np.float32) / 255.0 - m) / s',
  body: {
    operator: 'everypath.fused',
    result: array('float32', 3),
    source:
      'using Output = float; static Output apply(uint8_t x0, float x1, float x2) { using namespace ep::scalar; ' +
      'return divide<float>(subtract<float>(divide<float>(ep::as<float>(x0), 255.0f), x1), x2); }',
  },
};

/** Large enough for several threads, contiguous and not, with the vectorised functions. */
export const activation: Specification = {
  name: 'fused tanh(x) / (1 + exp(-y))',
  call: { callee: 'everypath.fused', args: [f32(2), f32(2)], kwargs: {} },
  cases: ['(odd(7, 5), odd(7, 5))', '(rnd(700, 301), holed(700, 301))', '(odd(1, 5), odd(40000, 1))'],
  reference: 'lambda x, y: np.tanh(x) / (1 + np.exp(-y))',
  body: {
    operator: 'everypath.fused',
    result: array('float32', 2),
    functions: 2,
    source:
      'using Output = float; static Output apply(float x0, float x1) { using namespace ep::scalar; ' +
      'return divide<float>(tanh<float>(x0), add<float>(1.0f, exp<float>(negative<float>(x1)))); } ' +
      'struct Pass0 { using Output = float; static Output apply(float x0) { return ep::scalar::tanh<float>(x0); } }; ' +
      'struct Pass1 { using Output = float; static Output apply(float x0) { using namespace ep::scalar; ' +
      'return exp<float>(negative<float>(x0)); } }; ' +
      'struct Pass2 { using Output = float; static Output apply(float x0, float x1) { using namespace ep::scalar; ' +
      'return divide<float>(x0, add<float>(1.0f, x1)); } }; ' +
      'static constexpr int temporaries = 2; ' +
      'template <class Block> static void passes(Block& block, Output* out, const float* x0, const float* x1) { ' +
      'const auto* t0 = block.template pass<Pass0, 0>(x0); const auto* t1 = block.template pass<Pass1, 1>(x1); ' +
      'block.template last<Pass2>(out, t0, t1); }',
  },
};

export const loop: Specification = {
  name: 'loop x * y + z',
  call: { callee: 'everypath.loop', args: [of(FLOAT), of(FLOAT), of(FLOAT), of(INT)], kwargs: {} },
  cases: ['(1.1, 0.9, 0.3, 1000)', '(1.1, 1e200, 0.3, 0)'],
  reference:
    'lambda x, y, z, n: __import__("functools").reduce(lambda a, _: a * y + z, range(n), np.float64(x))',
  body: {
    operator: 'everypath.loop',
    result: FLOAT,
    source:
      'static ep::Status run(ep::Frame&, double x, double y, double z, int64_t n, double& out) ' +
      '{ for (int64_t i = 0; i < n; ++i) x = x * y + z; out = x; return EP_OK; }',
  },
};
