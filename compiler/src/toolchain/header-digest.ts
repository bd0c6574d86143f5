// A digest of the headers that a generated file may include, followed through `#include "…"` as the compiler would, so
// that a changed operator variant rebuilds its own objects and nothing else.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fingerprint } from '../store/fingerprint.ts';

export interface HeaderDigests {
  /** The digest for a source text. */
  ofText(text: string): string;
}

/** Reads each header once; make a new one for each build, since files change between builds. */
export function createHeaderDigests(includes: readonly string[]): HeaderDigests {
  const files = new Map<string, { readonly digest: string; readonly quoted: readonly string[] }>();
  const load = (path: string) => {
    let file = files.get(path);
    if (!file) {
      const text = readFileSync(path, 'utf8');
      file = { digest: fingerprint(text), quoted: quotedIncludes(text) };
      files.set(path, file);
    }
    return file;
  };
  const resolve = (name: string, from: string | null): string | undefined =>
    [...(from === null ? [] : [dirname(from)]), ...includes]
      .map((folder) => join(folder, name))
      .find((path) => existsSync(path));
  return {
    ofText(text) {
      const seen = new Map<string, string>();
      const visit = (names: readonly string[], from: string | null) => {
        for (const name of names) {
          const path = resolve(name, from);
          if (path === undefined || seen.has(path)) continue;
          const file = load(path);
          seen.set(path, `${name} ${file.digest}`);
          visit(file.quoted, path);
        }
      };
      visit(quotedIncludes(text), null);
      return fingerprint(...[...seen.values()].sort());
    },
  };
}

const quotedIncludes = (text: string): readonly string[] =>
  [...text.matchAll(/^\s*#\s*include\s+"([^"]+)"/gm)].map((match) => match[1]!);
