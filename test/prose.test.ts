// The repository's words: links lead somewhere, and nothing in it names a machine, a registry host or a secret.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { test } from 'node:test';
import { lines, root, textFiles, textOf, withEnding } from './repository/tree.ts';

const LINK = /\[[^\]]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g;
const IMAGE = /<img[^>]*\ssrc="([^"]+)"/g;

/** The anchors that a page's headings make, as GitHub makes them. */
const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/^#+\s+(.*)$/gm)].map((match) =>
      (match[1] ?? '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );

test('links in the documents resolve', () => {
  const problems = withEnding('.md').flatMap((path) => {
    const text = textOf(path).replace(/```[\s\S]*?```/g, '');
    const targets = [...text.matchAll(LINK), ...text.matchAll(IMAGE)].map((match) => match[1] ?? '');
    return targets
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [file = '', anchor] = target.split('#');
        const resolved = file === '' ? path : posix.normalize(posix.join(posix.dirname(path), file));
        if (!existsSync(join(root, resolved))) return true;
        return anchor !== undefined && resolved.endsWith('.md') && !anchorsOf(textOf(resolved)).has(anchor);
      })
      .map((target) => `${path}: ${target}`);
  });
  assert.equal(problems.length, 0, lines(problems));
});

/** Written in pieces so that this file does not find itself. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`/${'root'}/|/${'home'}/[a-z]+/|/${'work'}/|/${'Users'}/[a-z]+/`), 'a path of some machine'],
  [
    new RegExp(`registry\\.${'npmjs'}|registry\\.${'npmmirror'}|${'pypi'}\\.org/simple|index\\.crates\\.io`),
    'a registry host',
  ],
  [new RegExp(`-----BEGIN [A-Z ]*PRIVATE ${'KEY'}-----`), 'a private key'],
];

test('no file names a machine, a registry host or a secret', () => {
  const problems = textFiles.flatMap((path) =>
    textOf(path)
      .split('\n')
      .flatMap((line, index) =>
        FORBIDDEN.filter(([pattern]) => pattern.test(line)).map(
          ([, what]) => `${path}:${index + 1}: ${what}: ${line.trim().slice(0, 120)}`,
        ),
      ),
  );
  assert.equal(problems.length, 0, lines(problems));
});

test('no file is left with a marker of unfinished work', () => {
  const marker = new RegExp(`\\b(${'TO'}DO|${'FIX'}ME|${'XX'}X)\\b`);
  const problems = textFiles.flatMap((path) =>
    textOf(path)
      .split('\n')
      .flatMap((line, index) => (marker.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
  assert.equal(problems.length, 0, lines(problems));
});

test('the licence is the Apache License 2.0, in the file and in every package', () => {
  assert.match(textOf('LICENSE'), /Apache License\s+Version 2\.0/);
  const problems = withEnding('package.json')
    .filter((path) => !path.includes('/fixtures/'))
    .filter((path) => (JSON.parse(textOf(path)) as { license?: string }).license !== 'Apache-2.0');
  assert.equal(problems.length, 0, lines(problems));
});
