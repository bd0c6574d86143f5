// Time and chance come in through the front door: a file that reads the clock or draws a random number on its own
// cannot be tested, so only the named injection points may.

import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { lines, textOf, withEnding } from './repository/tree.ts';

const AMBIENT =
  /\b(Date\.now\(|Math\.random\(|new Date\(\)|performance\.now\(|process\.hrtime|randomUUID\(|getRandomValues\()/;

/** Where the world's clock and chance are wrapped for everyone else, by file name. */
const INJECTION_POINTS = /^(clock|random|system|environment)(\.[a-z]+)?\.ts$/;

/** Other places, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  'compiler/src/build/dependencies.ts': 'the injection point of the build',
  'platform/src/demo/device-session.ts': 'the body of a process of its own that does nothing but measure',
};

const sources = withEnding('.ts').filter(
  (path) =>
    /(^|\/)src\//.test(path) && !path.endsWith('.test.ts') && !INJECTION_POINTS.test(posix.basename(path)),
);

/** Code without comments and string contents, near enough for a search. */
const codeOf = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\s\/\/ .*$/gm, '');

test('no ambient clock or random number outside the injection points', () => {
  const problems = sources.flatMap((path) =>
    codeOf(textOf(path))
      .split('\n')
      .filter((line) => AMBIENT.test(line) && ALLOWED[path] === undefined)
      .map((line) => `${path}: ${line.trim()}`),
  );
  assert.equal(problems.length, 0, lines(problems));
});

test('every exception still stands', () => {
  const problems = Object.keys(ALLOWED).filter(
    (path) => !sources.includes(path) || !AMBIENT.test(codeOf(textOf(path))),
  );
  assert.equal(problems.length, 0, lines(problems));
});
