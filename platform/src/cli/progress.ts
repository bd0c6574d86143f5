// A build's progress on standard error: the compiler's own view, given this process's terminal.

import { type BuildEvent, createProgressView } from '@everypath/compiler';
import type { CommandContext } from './context.ts';

export interface Progress {
  readonly onEvent: (event: BuildEvent) => void;
  /** Gives the cursor back. The last picture stays. */
  close(): void;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

/** Opens the progress of one build. */
export function openProgress(
  { clock }: CommandContext,
  title = 'compiling',
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  const output = {
    write: (text: string) => void stream.write(text),
    terminal: stream.isTTY === true,
    columns: stream.columns ?? 120,
  };
  if (output.terminal) stream.write(HIDE_CURSOR);
  const { onEvent } = createProgressView(output, title, clock.ticksMs);
  return {
    onEvent,
    close() {
      if (output.terminal) stream.write(SHOW_CURSOR);
    },
  };
}
