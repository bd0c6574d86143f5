// What a build is doing, as it does it: one bar a target on a terminal, a line a target elsewhere. Standard error only.

import type { BuildEvent } from '@everypath/compiler';
import type { CommandContext } from './context.ts';

export interface Progress {
  readonly onEvent: (event: BuildEvent) => void;
  /** Leaves the last picture standing. */
  close(): void;
}

interface Branch {
  readonly units: number;
  readonly variants: number;
  compiled: number;
  linked: number;
  proved: number;
}

const BAR = 24;
/** Redraws closer together than this would only flicker. */
const FRAME_MS = 60;

/** Opens the progress of one build. */
export function openProgress(
  { output, clock }: CommandContext,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  const branches = new Map<string, Branch>();
  const live = stream.isTTY === true;
  let drawn = 0;
  let lastMs = Number.NEGATIVE_INFINITY;

  const lines = (): readonly string[] =>
    [...branches].map(([target, branch]) => {
      const share =
        (branch.compiled + branch.linked + branch.proved) / Math.max(1, branch.units + 2 * branch.variants);
      const filled = Math.round(BAR * Math.min(1, share));
      const bar = output.paint('green', '━'.repeat(filled)) + output.paint('dim', '─'.repeat(BAR - filled));
      return `  ${target.padEnd(15)} ${bar}  ${branch.compiled}/${branch.units} compiled  ${branch.linked}/${branch.variants} linked  ${branch.proved} proven`;
    });
  const draw = (): void => {
    if (!live) return;
    lastMs = clock.ticksMs();
    const next = lines();
    stream.write(
      `${drawn > 0 ? `\u001b[${drawn}A` : ''}${next.map((line) => `\u001b[2K${line}\n`).join('')}`,
    );
    drawn = next.length;
  };

  return {
    onEvent(event) {
      if (event.kind === 'start') {
        for (const { target, units, variants } of event.targets) {
          branches.set(target, { units, variants, compiled: 0, linked: 0, proved: 0 });
        }
        draw();
        return;
      }
      if (event.kind === 'done' || event.kind === 'compile-start') return;
      const branch = branches.get(event.target);
      if (!branch) return;
      if (event.kind === 'compiled') branch.compiled += 1;
      if (event.kind === 'linked') branch.linked += 1;
      if (event.kind === 'proved') branch.proved += 1;
      if (clock.ticksMs() - lastMs >= FRAME_MS) draw();
    },
    close() {
      draw();
      if (!live) for (const line of lines()) output.note(line);
    },
  };
}
