// Diagnostics as a good compiler prints them: where, the line itself with a caret, what to do.

import type { Diagnostic } from '@everypath/compiler';
import type { Output } from './output.ts';

/** Lines for one diagnostic; `source` is the file's text where it is known. */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  source: string | null,
  paint: Output['paint'] = (_style, text) => text,
): readonly string[] {
  const { severity, code, message, hint, file, span } = diagnostic;
  const where = span ? `${file}:${span.line}:${span.column + 1}` : file;
  const head = `${paint('bold', where)}: ${paint([severity === 'error' ? 'red' : 'yellow', 'bold'], severity)}: ${message} ${paint('dim', `[${code}]`)}`;
  const lines = [head];
  const text = span && source?.split('\n')[span.line - 1];
  if (span && text) {
    const number = String(span.line).padStart(5);
    const from = characters(text, span.column);
    const until = span.endLine === span.line ? characters(text, span.endColumn) : text.length;
    // Tabs keep their width under the line above.
    const indent = text.slice(0, from).replace(/[^\t]/g, ' ');
    lines.push(`${paint('dim', `${number} |`)} ${text}`);
    lines.push(`${paint('dim', '      |')} ${indent}${paint('red', '^'.repeat(Math.max(1, until - from)))}`);
  }
  if (hint) lines.push(`      ${paint('cyan', 'help:')} ${hint}`);
  return lines;
}

/** CPython counts columns in bytes of UTF-8. */
const characters = (text: string, bytes: number): number =>
  Buffer.from(text).subarray(0, bytes).toString().length;
