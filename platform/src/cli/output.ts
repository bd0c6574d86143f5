// Where a command's words go: results on standard output, everything else on standard error.

import type { Writable } from 'node:stream';
import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

export interface Output {
  /** A line of the result. */
  line(text?: string): void;
  /** The result for machines: one JSON value. */
  json(value: unknown): void;
  /** Progress and notes. */
  note(text: string): void;
  /** Styled for the stream that lines go to; plain where that is no terminal. */
  paint(style: Style | readonly Style[], text: string): string;
  readonly isTerminal: boolean;
}

/** The process's own streams. Colour only on a terminal and without NO_COLOR. */
export function processOutput(): Output {
  const { stdout, stderr } = process;
  return {
    line: (text = '') => void stdout.write(`${text}\n`),
    json: (value) => void stdout.write(`${JSON.stringify(value)}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    paint: (style, text) =>
      styleText(typeof style === 'string' ? style : [...style], text, {
        stream: stdout,
        validateStream: true,
      }),
    isTerminal: stdout.isTTY === true,
  };
}

/** Resolves when the streams' readers have taken all that was written: a pipe takes 64 KiB at a time. */
export async function written(streams: readonly Writable[]): Promise<void> {
  for (const stream of streams) await new Promise<void>((taken) => stream.write('', () => taken()));
}
