// The Python text behind a span, for labels: one line, cut short. Columns count UTF-8 bytes.

import type { Span } from './ir.ts';

const MAX_LENGTH = 60;

/** A function from spans of this source to their text. */
export function sourceText(source: string): (span: Span) => string {
  // One character a byte, so that CPython's byte columns cut right.
  const lines = Buffer.from(source).toString('latin1').split('\n');
  return (span) => {
    const first = lines[span.line - 1] ?? '';
    const end = span.endLine === span.line ? span.endColumn : first.length;
    const text = Buffer.from(first.slice(span.column, end), 'latin1').toString('utf8').trim();
    const whole = span.endLine === span.line ? text : `${text} …`;
    return whole.length > MAX_LENGTH ? `${whole.slice(0, MAX_LENGTH - 1)}…` : whole;
  };
}
