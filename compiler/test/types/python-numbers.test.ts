// The inline functions of python.hpp against CPython itself: every rule over random and edge operands, compiled
// natively. Bit for bit, but for what libm computes, which may be an ulp away. Errors must agree in type and message.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { includeDirectories, resolveCall } from '@everypath/operators';
import type { Type } from '@everypath/schema';

type Kind = 'int' | 'float' | 'bool';

/** Callee, operand kinds, and how Python writes it. */
const RULES: readonly (readonly [string, readonly Kind[], string, ('libm' | undefined)?])[] = [
  ...(['add:+', 'sub:-', 'mul:*', 'truediv:/', 'floordiv://', 'mod:%'] as const).flatMap((rule) => {
    const [name = '', sign = ''] = rule.split(':');
    const kinds: readonly (readonly Kind[])[] = [
      ['int', 'int'],
      ['float', 'float'],
      ['int', 'float'],
      ['float', 'int'],
      ['bool', 'int'],
    ];
    return kinds.map((pair) => [`operator.${name}`, pair, `a ${sign} b`] as const);
  }),
  ['operator.pow', ['int', 'int'], 'a ** b'],
  ['operator.pow', ['float', 'float'], 'a ** b', 'libm'],
  ['operator.pow', ['float', 'int'], 'a ** b', 'libm'],
  ...['&', '|', '^'].flatMap((sign, index) => {
    const name = ['and_', 'or_', 'xor'][index];
    return [
      [`operator.${name}`, ['int', 'int'], `a ${sign} b`] as const,
      [`operator.${name}`, ['bool', 'bool'], `a ${sign} b`] as const,
    ];
  }),
  ['operator.lshift', ['int', 'int'], 'a << b'],
  ['operator.rshift', ['int', 'int'], 'a >> b'],
  ...(['neg:-a', 'pos:+a'] as const).flatMap((rule) => {
    const [name, text = ''] = rule.split(':');
    return (['int', 'float', 'bool'] as const).map((kind) => [`operator.${name}`, [kind], text] as const);
  }),
  ['operator.invert', ['int'], '~a'],
  ...['lt:<', 'le:<=', 'gt:>', 'ge:>=', 'eq:==', 'ne:!='].flatMap((rule) => {
    const [name, sign] = rule.split(':');
    const kinds: readonly (readonly Kind[])[] = [
      ['int', 'int'],
      ['float', 'float'],
      ['int', 'float'],
      ['float', 'int'],
    ];
    return kinds.map((pair) => [`operator.${name}`, pair, `a ${sign} b`] as const);
  }),
  ...['abs', 'bool', 'int', 'float', 'round'].flatMap((name) =>
    (['int', 'float', 'bool'] as const).map((kind) => [`builtins.${name}`, [kind], `${name}(a)`] as const),
  ),
  ...['min', 'max'].flatMap((name) =>
    (['int', 'float'] as const).map((kind) => [`builtins.${name}`, [kind, kind], `${name}(a, b)`] as const),
  ),
  ...[
    'sqrt',
    'exp',
    'expm1',
    'log',
    'log2',
    'log10',
    'log1p',
    'sin',
    'cos',
    'tan',
    'asin',
    'acos',
    'atan',
    'sinh',
    'cosh',
  ]
    .concat([
      'tanh',
      'asinh',
      'acosh',
      'atanh',
      'fabs',
      'degrees',
      'radians',
      'erf',
      'erfc',
      'isnan',
      'isinf',
      'isfinite',
      'exp2',
      'cbrt',
    ])
    .map((name) => [`math.${name}`, ['float'], `math.${name}(a)`, 'libm'] as const),
  ...['floor', 'ceil', 'trunc'].map((name) => [`math.${name}`, ['float'], `math.${name}(a)`] as const),
  ...['pow', 'fmod', 'remainder', 'atan2', 'copysign', 'hypot', 'nextafter', 'log'].map(
    (name) => [`math.${name}`, ['float', 'float'], `math.${name}(a, b)`, 'libm'] as const,
  ),
  ...['gcd', 'lcm'].map((name) => [`math.${name}`, ['int', 'int'], `math.${name}(a, b)`] as const),
  ...['factorial', 'isqrt'].map((name) => [`math.${name}`, ['int'], `math.${name}(a)`] as const),
  ['builtins.float.is_integer', ['float'], 'a.is_integer()'],
  ['builtins.int.bit_length', ['int'], 'a.bit_length()'],
];

const CPP: Readonly<Record<string, string>> = { int: 'int64_t', float: 'double', bool: 'bool' };

function program(): string {
  const cases = RULES.map(([callee, kinds, text], index) => {
    const args = kinds.map((kind) => ({ type: { kind } as Type }));
    const resolution = resolveCall({ callee, args, kwargs: {} });
    assert.equal(resolution.kind, 'primitive', `${text} of ${kinds.join(', ')}`);
    if (resolution.kind !== 'primitive') return '';
    const names = kinds.map((kind, at) => `as_${kind}(words[${at}])`);
    const type = CPP[resolution.result.kind] ?? '';
    const call =
      resolution.name === 'identity'
        ? names[0]
        : `ep::prim::${resolution.name}(${[...(resolution.raises ? ['frame'] : []), ...names, ...(resolution.raises ? ['out'] : [])].join(', ')})`;
    const run = resolution.raises ? `status = ${call};` : `out = ${call};`;
    return `case ${index}: { ${type} out{}; ${run} show(status, out); break; }`;
  });
  return `#include <stdio.h>
#include <string.h>
#include <inttypes.h>
#include "everypath/runtime.hpp"
#include "everypath/python.hpp"
static ep_error error;
static int64_t as_int(uint64_t w) { return (int64_t)w; }
static bool as_bool(uint64_t w) { return w & 1; }
static double as_float(uint64_t w) { double x; memcpy(&x, &w, 8); return x; }
static void show(ep::Status s, int64_t x) { if (s) printf("%d %s: %s\\n", s, error.type, error.message); else printf("i %" PRId64 "\\n", x); }
static void show(ep::Status s, bool x) { if (s) printf("%d %s: %s\\n", s, error.type, error.message); else printf("b %d\\n", x); }
static void show(ep::Status s, double x) { uint64_t w; memcpy(&w, &x, 8); if (s) printf("%d %s: %s\\n", s, error.type, error.message); else if (x != x) printf("f nan\\n"); else printf("f %016" PRIx64 "\\n", w); }
int main() {
  int rule; uint64_t words[2];
  while (scanf("%d %" SCNx64 " %" SCNx64, &rule, &words[0], &words[1]) == 3) {
    ep::Frame frame{&error}; ep::Status status = 0;
    switch (rule) { ${cases.join('\n')} }
  }
}`;
}

/** CPython's answers, one line a call; `big` for an int beyond 64 bits, `complex` for a complex. */
const ORACLE = `
import json, math, random, struct, sys
rules = json.loads(sys.argv[1])
random.seed(20261120)
I = [0, 1, -1, 2, -2, 3, -3, 7, -7, 10, 62, 63, 64, 65, -64, 2**31, 2**53, 2**53+1, -2**53-1, 2**62, -2**62, 2**63-1, -2**63, -2**63+1, 2**63-512, 1000003, 3037000499, 3037000500, 9007199254740993]
F = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3.5, 1e-320, 5e-324, -5e-324, 2.2250738585072014e-308, 1e300, -1e300, 1.7976931348623157e308, math.inf, -math.inf, math.nan, 2.0**53, 2.0**63, -2.0**63, 9.223372036854775e18, 0.1, 0.3, -0.7, 3.0, -3.0, 1e17, 0.49999999999999994, 4503599627370497.5, 709.78, 710.0, -745.2, 1024.0]
def any_int():
    r = random.random()
    return random.choice(I) if r < .4 else random.randint(-20, 70) if r < .7 else random.getrandbits(random.randint(1, 63)) * random.choice((1, -1))
def any_float():
    r = random.random()
    if r < .4: return random.choice(F)
    if r < .7: return random.uniform(-20, 20)
    if r < .85: return float(random.randint(-50, 50)) / random.choice((1, 2, 4, 10))
    return struct.unpack('<d', random.getrandbits(64).to_bytes(8, 'little'))[0]
make = {'int': any_int, 'float': any_float, 'bool': lambda: random.random() < .5}
def word(x):
    if isinstance(x, float): return struct.pack('>d', x).hex()
    return format(int(x) & (2**64 - 1), '016x')
inputs, answers = [], []
for index, (kinds, text) in enumerate(rules):
    code = compile(text, '<rule>', 'eval')
    edges = {'int': I, 'float': F, 'bool': [False, True]}
    calls = [[a] for a in edges[kinds[0]]] if len(kinds) == 1 else [[a, b] for a in edges[kinds[0]] for b in edges[kinds[1]]]
    calls += [[make[k]() for k in kinds] for _ in range(400)]
    for args in calls:
        a, b = (args + [0])[:2]
        if text in ('a << b', 'a ** b') and isinstance(b, int) and isinstance(a, int) and (b > 10000): continue
        if text == 'math.factorial(a)' and a > 1000: continue
        try:
            r = eval(code, {'math': math}, {'a': a, 'b': b})
            if isinstance(r, bool): answer = 'b %d' % r
            elif isinstance(r, int): answer = 'i %d' % r if -2**63 <= r < 2**63 else 'big'
            elif isinstance(r, float): answer = 'f nan' if r != r else 'f ' + word(r)
            else: answer = 'complex'
            if text == 'a ** b' and kinds == ['int', 'int'] and b < 0: answer = 'big'
        except (ArithmeticError, ValueError) as e:
            answer = 'complex' if 'complex' in str(e) else '1 %s: %s' % (type(e).__name__, e)
        inputs.append('%d %s %s' % (index, word(a), word(b)))
        answers.append(answer)
print(json.dumps([inputs, answers]))
`;

const bits = (text: string): bigint => BigInt(`0x${text}`);
/** Doubles in order as integers, so that neighbours differ by one. */
const rank = (word: bigint): bigint => (word >> 63n ? -(word & 0x7fffffffffffffffn) : word);

function agrees(actual: string, expected: string, isLibm: boolean): boolean {
  if (expected === 'big' || expected === 'complex') return actual.startsWith('4 ');
  if (actual === expected) return true;
  if (!isLibm || !actual.startsWith('f ') || !expected.startsWith('f ') || /nan/.test(actual + expected))
    return false;
  const distance = rank(bits(actual.slice(2))) - rank(bits(expected.slice(2)));
  return distance >= -1n && distance <= 1n;
}

test('inline functions agree with CPython', () => {
  const folder = mkdtempSync(join(tmpdir(), 'everypath-python-'));
  try {
    const source = join(folder, 'numbers.cpp');
    const binary = join(folder, 'numbers');
    writeFileSync(source, program());
    const includes = includeDirectories.map((directory) => `-I${directory}`);
    execFileSync('clang++-19', [
      '-std=c++23',
      '-O1',
      '-ffp-contract=off',
      '-fno-math-errno',
      ...includes,
      source,
      '-o',
      binary,
      '-lm',
    ]);
    const rules = JSON.stringify(RULES.map(([, kinds, text]) => [kinds, text]));
    const oracle = spawnSync('/usr/bin/python3', ['-c', ORACLE, rules], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    assert.equal(oracle.status, 0, oracle.stderr);
    const [inputs, answers] = JSON.parse(oracle.stdout) as [string[], string[]];
    const run = spawnSync(binary, { input: inputs.join('\n'), encoding: 'utf8', maxBuffer: 2 ** 28 });
    const actual = run.stdout.trimEnd().split('\n');
    assert.equal(actual.length, answers.length);
    const wrong: string[] = [];
    for (const [index, expected] of answers.entries()) {
      const [rule = '0', a, b] = (inputs[index] ?? '').split(' ');
      const [, kinds, text, libm] = RULES[Number(rule)] ?? ['', [], '', undefined];
      if (!agrees(actual[index] ?? '', expected, libm === 'libm')) {
        wrong.push(`${text} (${kinds.join(', ')}) of ${a} ${b}: ${actual[index]}, CPython ${expected}`);
      }
    }
    assert.deepEqual(wrong.slice(0, 40), [], `${wrong.length} of ${answers.length} differ`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
