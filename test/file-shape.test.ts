// What every file looks like: it opens by saying what it is for, native files name their licence, it is short,
// its name is made as the others are.

import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { lines, textFiles, textOf, withEnding } from './repository/tree.ts';

const MAX_LINES = 300;

/** Files longer than that, and why each is better whole. */
const LONG: Readonly<Record<string, string>> = {};

const isFixture = (path: string): boolean => /\/(fixtures|golden)\//.test(path);
const typescript = withEnding('.ts', '.mjs').filter((path) => !isFixture(path));
const native = withEnding('.hpp', '.cpp', '.h', '.c').filter((path) => !isFixture(path));
const python = withEnding('.py').filter((path) => !isFixture(path));

test('a TypeScript file opens with one to six lines of comment', () => {
  const problems = typescript.filter((path) => {
    const opening = textOf(path).split('\n');
    const comment = opening[0]?.startsWith('#!') ? opening.slice(1) : opening;
    const length = comment.findIndex((line) => !line.startsWith('//'));
    return length < 1;
  });
  assert.equal(problems.length, 0, lines(problems));
});

test('a native file carries its licence and says what it is', () => {
  const problems = native.filter((path) => {
    const opening = textOf(path).split('\n').slice(0, 4);
    const said = opening
      .map((line) => line.replace('SPDX-License-Identifier: Apache-2.0', '').trim())
      .filter((line) => /^(\/\/|\/?\s?\*)[^a-z]*[a-z]/i.test(line));
    return !opening[0]?.includes('SPDX-License-Identifier: Apache-2.0') || said.length === 0;
  });
  assert.equal(problems.length, 0, lines(problems));
});

test('a Python module opens with a docstring or a comment', () => {
  const problems = python.filter((path) => {
    const text = textOf(path).trimStart();
    return text !== '' && !/^(#|"""|r""")/.test(text);
  });
  assert.equal(problems.length, 0, lines(problems));
});

test(`a file has at most ${MAX_LINES} lines, or a reason`, () => {
  const problems = [...typescript, ...native, ...python]
    .map((path) => ({ path, count: textOf(path).trimEnd().split('\n').length }))
    .filter(({ path, count }) => count > MAX_LINES && LONG[path] === undefined)
    .map(({ path, count }) => `${path}: ${count} lines`);
  assert.equal(problems.length, 0, lines(problems));
});

test('every reason for a long file still has its file', () => {
  const problems = Object.keys(LONG).filter(
    (path) => !textFiles.includes(path) || textOf(path).trimEnd().split('\n').length <= MAX_LINES,
  );
  assert.equal(problems.length, 0, lines(problems));
});

test('names are kebab-case in TypeScript, snake_case or kebab-case elsewhere, and say something', () => {
  const bad = (path: string, shape: RegExp): boolean => !shape.test(posix.basename(path));
  const vague = /^(utils?|helpers?|common|manager|misc|shared|stuff)\./;
  const problems = [
    ...typescript.filter((path) =>
      bad(
        path.replace('x86_64', 'x64'),
        /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|slow\.test|browser|d))?\.(ts|mjs)$/,
      ),
    ),
    ...[...native, ...python].filter((path) =>
      bad(path, /^_{0,2}[a-z0-9]+([_-][a-z0-9]+)*_{0,2}(\.in)?\.(hpp|cpp|h|c|py)$/),
    ),
    ...textFiles.filter((path) => vague.test(posix.basename(path))),
  ];
  assert.equal(problems.length, 0, lines(problems));
});

test('no default export', () => {
  const problems = typescript.filter((path) => /^export default /m.test(textOf(path)));
  assert.equal(problems.length, 0, lines(problems));
});
