// What a variant includes, all the way down, and what of it is not allowed: an operator may use the runtime, the
// operators beside it and a few headers of the language, because that is all that every target has.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The headers of the language that the sysroot of every target has and that hold no code to link. */
const LANGUAGE: ReadonlySet<string> = new Set([
  'bit',
  'concepts',
  'float.h',
  'limits',
  'limits.h',
  'math.h',
  'stddef.h',
  'stdint.h',
  'string.h',
  'type_traits',
  'utility',
]);

/** `file includes <header>` for every include that is not allowed, from `header` (relative to `root`) down. */
export function foreignHeaders(root: string, header: string): readonly string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    let text: string;
    try {
      text = readFileSync(join(root, path.startsWith('everypath/') ? `include/${path}` : path), 'utf8');
    } catch {
      problems.push(`${path} is not in the operator library`);
      return;
    }
    for (const [, open, name = ''] of text.matchAll(/^\s*#\s*include\s*([<"])([^>"]+)[>"]/gm)) {
      if (name === 'everypath.h') continue;
      if (name.startsWith('everypath/') || name.startsWith('ops/')) visit(name);
      else if (open === '"' || !LANGUAGE.has(name))
        problems.push(`${path} includes ${open === '<' ? `<${name}>` : `"${name}"`}`);
    }
  };
  visit(header);
  return problems;
}
