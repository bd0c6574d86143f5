// The walls between rooms: who may import whom, only through the public entry, only what package.json declares.

import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { files, lines, textOf, withEnding } from './repository/tree.ts';

/** The table of rooms in ARCHITECTURE.md. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  schema: [],
  operators: ['schema'],
  compiler: ['schema', 'operators'],
  'telemetry-ingest': ['schema'],
  'variant-selector': ['schema'],
  'clients/js': ['schema'],
  dashboard: ['schema'],
  platform: [
    'schema',
    'operators',
    'compiler',
    'telemetry-ingest',
    'variant-selector',
    'clients/js',
    'dashboard',
  ],
};

const PACKAGES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(MAY_IMPORT).map((room) => [
    (JSON.parse(textOf(`${room}/package.json`)) as { name: string }).name,
    room,
  ]),
);

const IMPORT = /(?:from|import|import\()\s*'([^']+)'/g;
/** What a file imports, comments and strings of other shapes left aside. */
const importsOf = (path: string): readonly string[] =>
  [...textOf(path).matchAll(IMPORT)].map((match) => match[1] ?? '');

const roomOf = (path: string): string | undefined =>
  Object.keys(MAY_IMPORT).find((room) => path.startsWith(`${room}/`));

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** A room's product code; its tests may reach further. */
const sources = withEnding('.ts').filter((path) => roomOf(path) && !/\/test\/|\.test\.ts$/.test(path));

test('a room imports only the rooms that the table allows', () => {
  const problems = sources.flatMap((path) => {
    const room = roomOf(path) ?? '';
    return importsOf(path)
      .map((specifier) => PACKAGES[packageOf(specifier)])
      .filter((other) => other !== undefined && other !== room && !MAY_IMPORT[room]?.includes(other))
      .map((other) => `${path}: ${room} may not import ${other}`);
  });
  assert.equal(problems.length, 0, lines(problems));
});

test('a room is entered only through its public entry', () => {
  const problems = withEnding('.ts')
    .filter(roomOf)
    .flatMap((path) =>
      importsOf(path).flatMap((specifier) => {
        if (specifier.startsWith('.')) {
          const target = posix.normalize(posix.join(posix.dirname(path), specifier));
          const inside = roomOf(target) === roomOf(path) || /\/test\/|\.test\.ts$/.test(path);
          return inside ? [] : [`${path}: ${specifier} reaches out of ${roomOf(path)}`];
        }
        const entries = PACKAGES[packageOf(specifier)];
        if (entries === undefined || specifier === packageOf(specifier)) return [];
        const { exports } = JSON.parse(textOf(`${entries}/package.json`)) as {
          exports: Record<string, unknown>;
        };
        const entry = `.${specifier.slice(packageOf(specifier).length)}`;
        return entry in exports ? [] : [`${path}: ${specifier} is not an entry of ${entries}`];
      }),
    );
  assert.equal(problems.length, 0, lines(problems));
});

test('every imported package is declared by the room that imports it', () => {
  const problems = sources.flatMap((path) => {
    const room = roomOf(path) ?? '';
    const own = JSON.parse(textOf(`${room}/package.json`)) as Record<
      string,
      Record<string, string> | undefined
    >;
    const declared = {
      ...own.dependencies,
      ...own.optionalDependencies,
      ...own.peerDependencies,
      ...own.devDependencies,
    };
    return importsOf(path)
      .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
      .map(packageOf)
      .filter((name) => !(name in declared) && PACKAGES[name] !== room && /^[@a-z0-9/._-]+$/.test(name))
      .map((name) => `${path}: ${name} is not in ${room}/package.json`);
  });
  assert.equal(problems.length, 0, lines([...new Set(problems)]));
});

test('every dependency has its line in docs/decisions', () => {
  const decisions = files
    .filter((path) => path.startsWith('docs/decisions/') && path.endsWith('.md'))
    .map(textOf)
    .join('\n');
  const manifests = files.filter((path) => /(^|\/)package\.json$/.test(path) && !path.includes('/fixtures/'));
  const problems = manifests.flatMap((path) => {
    const manifest = JSON.parse(textOf(path)) as Record<string, Record<string, string> | undefined>;
    return Object.keys({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    })
      .filter((name) => PACKAGES[name] === undefined && !decisions.includes(`\`${name}\``))
      .map((name) => `${name} (${path}) has no line in docs/decisions`);
  });
  assert.equal(problems.length, 0, lines([...new Set(problems)]));
});
