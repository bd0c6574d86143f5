// Paths that nobody built, asked for by their number over HTTP, as a running service answers: linked, run on the
// function's cases, stored, added to the registry; then fetched and downloaded.

import { openPathLinker } from '@everypath/compiler';
import { type Publication, TARGET_NAMES } from '@everypath/schema';
import { createApi, functionAddress } from '../../platform/src/cli/api.ts';
import { publish } from '../../platform/src/compile-and-publish.ts';
import type { LinkedAnswer } from '../../platform/src/server/path-routes.ts';
import { startPlatform } from '../../platform/src/server.ts';
import { askOracle } from '../../platform/src/verify/oracle.ts';
import { figureOf } from '../measure.ts';

/** At even distances through the space; the first of each target starts what runs its programs and is not timed. */
const NAMED = 45;

export interface NamedPaths {
  /** The link alone. */
  readonly linkMs: number;
  readonly worstLinkMs: number;
  /** From the question to the downloaded program: proof, registry, fetch and download included. */
  readonly servedMs: number;
  readonly worstServedMs: number;
  readonly executed: number;
  readonly asked: number;
  readonly compiles: number;
  /** To name the path of a number. */
  readonly findMs: number;
}

/** `dataDir` holds the function's objects in `build`; `files` its programs by variant. */
export async function measureNamedPaths(
  dataDir: string,
  source: string,
  publication: Publication,
  files: ReadonlyMap<string, string>,
): Promise<NamedPaths> {
  const oracle = await askOracle({ file: source });
  if (oracle.kind !== 'answered') throw new Error(oracle.message);
  const platform = await startPlatform({ dataDir, port: 0, mode: 'command', logLevel: 'error' });
  const linker = await openPathLinker({ cacheDir: `${dataDir}/build` });
  try {
    const api = createApi(platform.url, platform.publishToken);
    // One variant of each target is enough to be a function.
    const variants = TARGET_NAMES.flatMap(
      (target) => publication.variants.find((variant) => variant.target === target) ?? [],
    );
    await publish(api, { publication: { ...publication, variants }, files }, oracle.cases);
    const linkMs: number[] = [];
    const servedMs: number[] = [];
    const findMs: number[] = [];
    let executed = 0;
    let compiles = 0;
    for (let index = 0; index < NAMED; index++) {
      const target = TARGET_NAMES[index % TARGET_NAMES.length] ?? 'linux-x86_64';
      const startMs = performance.now();
      const { total } = linker.paths(publication.irText, target);
      const number = (total * BigInt(2 * index + 1)) / BigInt(2 * NAMED) + 1n;
      linker.paths(publication.irText, target).at(number);
      const foundMs = performance.now();
      const address = functionAddress(publication.tag);
      const answer = await api.post<LinkedAnswer>(`${address}/link`, { target, number: String(number) });
      const { variant } = answer;
      const device = {
        target,
        isaLevel: variant.isaLevel,
        microarchitecture: 'bench',
        model: '',
        runtime: '',
        ...(variant.libraries && { libraries: variant.libraries }),
      };
      const ask = { device, deviceId: 'bench-device-0001', variant: variant.id };
      const { manifest } = await api.post<{ manifest: string }>(`${address}/fetch`, ask);
      const { artifact } = JSON.parse(Buffer.from(manifest, 'base64').toString()) as { artifact: string };
      await (await fetch(platform.url + artifact)).arrayBuffer();
      executed += variant.proof.how === 'executed' ? 1 : 0;
      compiles += answer.compiles;
      if (index < TARGET_NAMES.length) continue;
      findMs.push(foundMs - startMs);
      linkMs.push(answer.linkMs);
      servedMs.push(performance.now() - foundMs);
    }
    return {
      linkMs: figureOf(linkMs).median,
      worstLinkMs: Math.max(...linkMs),
      servedMs: figureOf(servedMs).median,
      worstServedMs: Math.max(...servedMs),
      executed,
      asked: NAMED,
      compiles,
      findMs: figureOf(findMs).median,
    };
  } finally {
    await linker.close();
    await platform.close();
  }
}
