// The builder's side: has compiles, links and proofs done by workers, and says so when none is there.

import { createHash } from 'node:crypto';
import {
  BuildError,
  type BuildErrorCode,
  type Elsewhere,
  type IrModule,
  type LinkedVariant,
  publishedText,
  type SharedStore,
} from '@everypath/compiler';
import type { Proof } from '@everypath/schema';
import type { Random } from '../clock.ts';
import type { Log } from '../log.ts';
import { encodeBundle } from '../verify/function-bundle.ts';
import type { OracleCase } from '../verify/oracle.ts';
import type { DisprovedVariant } from '../verify/prover.ts';
import { openBucket } from './bucket.ts';
import { openBuildQueue } from './build-queue.ts';
import type { Answer, Work } from './work.ts';
import type { WorkerConfig } from './worker-config.ts';

export interface RemoteBuild {
  readonly elsewhere: Elsewhere;
  readonly shared: SharedStore;
  /** A prover whose programs run on workers. */
  proverOf(module: IrModule, cases: readonly OracleCase[]): Promise<RemoteProver>;
  close(): Promise<void>;
}

export interface RemoteProver {
  prove(variant: LinkedVariant): Promise<Proof | null>;
  readonly disproved: readonly DisprovedVariant[];
}

/** Without an answer for so long, people are told. */
const QUIET_MS = 15_000;

/** Connects to the queue and the bucket. `note` tells people what they wait for. */
export async function openRemoteBuild(
  { postgresUrl, bucket }: WorkerConfig,
  {
    log,
    random,
    note,
  }: { readonly log: Log; readonly random: Random; readonly note: (text: string) => void },
): Promise<RemoteBuild> {
  const shared = await openBucket(bucket);
  const queue = await openBuildQueue(postgresUrl, log, random);

  async function ask(work: Work): Promise<Extract<Answer, { done: true }>> {
    const quiet = setTimeout(
      () => note('no worker has answered yet: start one with everypath worker'),
      QUIET_MS,
    );
    const answer = await queue.ask(work).finally(() => clearTimeout(quiet));
    if ('done' in answer) return answer;
    const { code, message, hint } = answer.failed;
    throw new BuildError(code as BuildErrorCode, message, hint);
  }

  return {
    shared,
    elsewhere: {
      async perform(work) {
        await ask(work as Work);
      },
    },
    async proverOf(module, cases) {
      const bundle = encodeBundle({ irText: publishedText(module), cases });
      const digest = createHash('sha256').update(bundle).digest('hex');
      await shared.write(`blobs/${digest}`, bundle);
      const disproved: DisprovedVariant[] = [];
      return {
        disproved,
        async prove(variant) {
          const proof = (await ask({ kind: 'verify', function: digest, variant } as Work)).proof ?? null;
          if (proof?.how === 'unproven') {
            const { id, target, path } = variant;
            disproved.push({ variant: id, target, path, reason: proof.by });
          }
          return proof;
        },
      };
    },
    close: () => queue.close(),
  };
}
