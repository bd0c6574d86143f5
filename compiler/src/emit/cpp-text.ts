// Untrusted text into C++: string literals, #line names, variable names. Nothing that a Python file says reaches a
// compiler unescaped.

import type { Span, ValueId } from '../ir/ir.ts';

/** A C++ string literal of the UTF-8 bytes of `text`; every byte beyond plain letters is an octal escape. */
export function cppString(text: string): string {
  let literal = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(byte);
    literal += /[A-Za-z0-9 _.,:;()[\]{}<>=+*/'!@#&|~^$-]/.test(character)
      ? character
      : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `"${literal}"`;
}

/** Name of a local: never the Python name. */
export const valueName = (id: ValueId): string => `v${id}`;

/** `#line` that makes debuggers and diagnostics point into the Python file. */
export function lineDirective(span: Span, file: string): string {
  const name = file
    .split(/[\\/]/)
    .pop()!
    .replace(/[^A-Za-z0-9._-]/g, '_');
  return `#line ${Math.max(1, Math.trunc(span.line))} "${name}"`;
}

/** Text that goes into a comment: one line, no way out of it. */
export const commentText = (text: string): string =>
  text.replace(/[^\x20-\x7e]|\\|\*\/|\?\?/g, '_').slice(0, 120);

/** Fails on a name that came from our own descriptors and is not an identifier: a defect, not a user's mistake. */
export function identifier(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new TypeError(`not an identifier: ${name}`);
  return name;
}

/** The same, with `::` between parts. */
export function qualifiedName(name: string): string {
  return name.split('::').map(identifier).join('::');
}
