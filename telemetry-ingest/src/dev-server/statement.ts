// Small edits of SQL text that the embedded engine needs: where an insert's data comes from. Not a parser: it knows
// only the shapes that ClickHouse's HTTP interface allows, and leaves everything else alone.

const TRAILING_FORMAT = /\sFORMAT\s+(\w+)\s*;?\s*$/i;
const INSERT = /^\s*INSERT\s+INTO\b/i;

/** Whether a statement is an insert whose rows come after it, in the body. */
export const takesData = (query: string): boolean =>
  INSERT.test(query) && (TRAILING_FORMAT.test(query) || /\bFORMAT\s+\w+\s*\n/i.test(query));

/**
 * The insert with its rows read from a file: `FORMAT X` → `FROM INFILE … FORMAT X`, and `input(…)` → `file(…)`,
 * which the embedded engine would otherwise take for empty without a word.
 */
export function readFromFile(query: string, path: string): string {
  const format = TRAILING_FORMAT.exec(query)?.[1];
  if (format === undefined) throw new Error('an insert with a body must end in FORMAT');
  const head = query.replace(TRAILING_FORMAT, '');
  const quoted = `'${path.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  if (/\binput\s*\(/i.test(head)) return head.replace(/\binput\s*\(/i, `file(${quoted}, ${format}, `);
  const settings = /\sSETTINGS\s[\s\S]*$/i.exec(head);
  const table = settings ? head.slice(0, settings.index) : head;
  return `${table} FROM INFILE ${quoted}${settings?.[0] ?? ''} FORMAT ${format}`;
}

/** The format that a statement names for its result, if it does. */
export const namesFormat = (query: string): boolean =>
  /\sFORMAT\s+\w+(\s+SETTINGS\s[^;]*)?\s*;?\s*$/i.test(query);

/**
 * Where a second statement begins, or undefined: the HTTP interface takes one statement a request, and the embedded
 * engine would run all of them. Quotes and comments are skipped.
 */
export function secondStatement(query: string): number | undefined {
  const token = /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|--[^\n]*|\/\*[\s\S]*?\*\/|;/g;
  for (const match of query.matchAll(token)) {
    if (
      match[0] === ';' &&
      query.slice(match.index + 1).replace(/--[^\n]*|\/\*[\s\S]*?\*\/|[\s;]/g, '') !== ''
    ) {
      return match.index;
    }
  }
  return undefined;
}
