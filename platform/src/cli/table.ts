// Plain text tables for terminals: columns as wide as their widest cell, numbers to the right.

import { stripVTControlCharacters } from 'node:util';

export interface Column<Row> {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly cell: (row: Row, index: number) => string;
}

const width = (text: string): number => [...stripVTControlCharacters(text)].length;

/** The table's lines, heading first. */
export function formatTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): readonly string[] {
  const cells = [
    columns.map((column) => column.title),
    ...rows.map((row, at) => columns.map((column) => column.cell(row, at))),
  ];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => width(line[at] ?? ''))));
  return cells.map((line) =>
    line
      .map((text, at) => {
        const room = ' '.repeat(Math.max(0, (widths[at] ?? 0) - width(text)));
        return columns[at]?.align === 'right' ? room + text : text + room;
      })
      .join('  ')
      .trimEnd(),
  );
}
