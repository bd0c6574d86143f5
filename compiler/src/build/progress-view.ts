// Shows a build as it goes: a tree of targets redrawn in place on a terminal, else one line when a target is done.
// Takes events, writes text; knows nothing of how a build works.

import type { TargetName } from '@everypath/schema';
import type { BuildEvent } from './build-types.ts';
import { createTimeLeft } from './time-left.ts';

export interface ProgressOutput {
  write(text: string): void;
  /** Whether the cursor can be moved. */
  readonly terminal: boolean;
  readonly columns: number;
}

/** How far one target is. */
interface TargetProgress {
  readonly target: TargetName;
  readonly units: number;
  readonly variants: number;
  readonly paths: bigint;
  compiled: number;
  linked: number;
  proved: number;
  executed: number;
  failed: number;
  /** What is being compiled, latest last. */
  readonly active: string[];
}

export interface ProgressView {
  /** Give it to `buildFunction` as `onEvent`. */
  readonly onEvent: (event: BuildEvent) => void;
}

/** Milliseconds between two drawings on a terminal. */
const REDRAW_MS = 80;

/** `title` heads the tree; `clock` counts milliseconds. */
export function createProgressView(output: ProgressOutput, title: string, clock: () => number): ProgressView {
  const targets = new Map<TargetName, TargetProgress>();
  const time = createTimeLeft(clock);
  let drawnLines = 0;
  let drawnAtMs = Number.NEGATIVE_INFINITY;
  const draw = (force: boolean) => {
    if (!output.terminal || (!force && clock() - drawnAtMs < REDRAW_MS)) return;
    drawnAtMs = clock();
    const lines = [`${title}${timeText(time.leftMs())}`, ...renderTree([...targets.values()])].map((line) =>
      line.slice(0, output.columns),
    );
    const up = drawnLines > 0 ? `\x1b[${drawnLines}A` : '';
    output.write(`${up}${lines.map((line) => `\x1b[2K${line}\n`).join('')}`);
    drawnLines = lines.length;
  };
  const onEvent = (event: BuildEvent) => {
    time.note(event);
    if (event.kind === 'start') {
      for (const target of event.targets) targets.set(target.target, startProgress(target));
      if (!output.terminal) output.write(`${title}: ${summary([...targets.values()])}\n`);
    } else if (event.kind !== 'done') {
      const progress = targets.get(event.target);
      if (!progress) return;
      advance(progress, event);
      const done = progress.proved === progress.variants;
      if (!output.terminal && event.kind === 'proved' && done)
        output.write(`${renderTarget(progress)}${timeText(time.leftMs())}\n`);
    }
    draw(event.kind === 'start' || event.kind === 'done');
  };
  return { onEvent };
}

function startProgress(
  planned: Pick<TargetProgress, 'target' | 'units' | 'variants' | 'paths'>,
): TargetProgress {
  return { ...planned, compiled: 0, linked: 0, proved: 0, executed: 0, failed: 0, active: [] };
}

function advance(progress: TargetProgress, event: Exclude<BuildEvent, { kind: 'start' | 'done' }>): void {
  switch (event.kind) {
    case 'compile-start':
      progress.active.push(event.unit);
      break;
    case 'compiled':
      progress.compiled++;
      if (progress.active.includes(event.unit))
        progress.active.splice(progress.active.indexOf(event.unit), 1);
      break;
    case 'linked':
      progress.linked++;
      break;
    case 'proved':
      progress.proved++;
      if (event.proof.how === 'executed') progress.executed++;
      if (event.proof.how === 'unproven') progress.failed++;
      break;
  }
}

const timeText = (leftMs: number | undefined): string =>
  leftMs === undefined ? '' : `  about ${Math.ceil(leftMs / 1000)} s left`;

const summary = (targets: readonly TargetProgress[]): string => {
  const variants = targets.reduce((sum, target) => sum + target.variants, 0);
  const paths = targets.reduce((sum, target) => sum + target.paths, 0n);
  const cut = paths > BigInt(variants) ? ` of ${paths} paths` : '';
  return `${variants} variants${cut} for ${targets.length} target${targets.length === 1 ? '' : 's'}`;
};

/** The lines below the title, one a target. */
function renderTree(targets: readonly TargetProgress[]): readonly string[] {
  return targets.map(
    (target, index) => `${index === targets.length - 1 ? '└─' : '├─'} ${renderTarget(target)}`,
  );
}

function renderTarget(progress: TargetProgress): string {
  const { target, units, variants } = progress;
  const counts = `compiled ${progress.compiled}/${units}  linked ${progress.linked}/${variants}  verified ${progress.proved - progress.failed}/${variants}`;
  const executed = progress.executed > 0 ? `, ${progress.executed} executed` : '';
  const failed = progress.failed > 0 ? `, ${progress.failed} not verified` : '';
  const active = progress.active.length > 0 ? `  ${progress.active.at(-1)}` : '';
  return `${target.padEnd(14)} ${counts}${executed}${failed}${active}`;
}
