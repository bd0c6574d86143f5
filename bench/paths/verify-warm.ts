// The verification of a function whose programs are built already: each is run beside CPython where this machine can
// run it. What is timed is proofs, and the second that CPython takes for its answers.

import { createFrontend } from '@everypath/compiler';
import { compileFile } from '../../platform/src/compile-and-publish.ts';

export interface Verification {
  readonly seconds: number;
  /** Targets of which at least one program was executed, by the proofs' own word. */
  readonly targetsExecuted: number;
  readonly note: string;
}

/** `dataDir` holds the products in `build`. */
export async function verifyWarm(file: string, dataDir: string): Promise<Verification> {
  const frontend = await createFrontend();
  try {
    const { build } = await compileFile({ dataDir }, frontend, { file });
    if (!build) throw new Error(`${file} does not compile`);
    const executed = build.targets.reduce((sum, target) => sum + target.executed, 0);
    const inspected = build.targets.reduce((sum, target) => sum + target.verified - target.executed, 0);
    return {
      seconds: build.seconds,
      targetsExecuted: build.targets.filter((target) => target.executed > 0).length,
      note: `${executed} variants executed, ${inspected} inspected`,
    };
  } finally {
    await frontend.close();
  }
}
