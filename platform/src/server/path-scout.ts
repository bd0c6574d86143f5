// Finds the paths that the models would choose and nobody has built, and has them linked: the selector chooses among
// variants that exist, the scout brings the best of all paths among them. It links a few at a time and decides nothing.

import { isaLevelSchema, targetNameSchema } from '@everypath/schema';
import type { Selector } from '@everypath/variant-selector';
import type { Log } from '../log.ts';
import type { PathService } from './path-service.ts';

export interface PathScoutDependencies {
  readonly selector: Pick<Selector, 'functions' | 'decisions' | 'stats'>;
  readonly paths: Pick<PathService, 'paths' | 'link'>;
  readonly log: Log;
}

export interface PathScout {
  /** Looks once, if the models have changed; says how many paths were linked. Never fails. */
  look(): Promise<number>;
}

/** Decisions that tell which device classes ask for a function. */
const DECISIONS = 200;
/** More than this at once would be felt by those who are served. */
const LINKS_A_LOOK = 8;

export function createPathScout({ selector, paths, log }: PathScoutDependencies): PathScout {
  let seen = 0;
  let looking = false;

  async function lookAt(tag: string, left: number): Promise<number> {
    const entry = selector.functions().find((each) => each.tag === tag);
    const decisions = await selector.decisions({ tag, limit: DECISIONS });
    let linked = 0;
    for (const deviceClass of new Set(decisions.map((decision) => decision.deviceClass))) {
      const [name, level] = deviceClass.split('/');
      const target = targetNameSchema.safeParse(name);
      const isaLevel = isaLevelSchema.safeParse(level);
      if (!target.success || !isaLevel.success || linked >= left) continue;
      const built = entry?.variants.filter((variant) => variant.target === target.data).length ?? 0;
      const { total } = await paths.paths(tag, target.data);
      if (total <= BigInt(built)) continue;
      const ask = { kind: 'best', deviceClass, isaLevel: isaLevel.data } as const;
      const { variant, fresh } = await paths.link(tag, target.data, ask);
      if (!fresh) continue;
      linked++;
      log.info({ tag, deviceClass, variant: variant.id }, 'linked the path predicted fastest');
    }
    return linked;
  }

  return {
    async look() {
      const { generation } = selector.stats();
      if (generation === seen || looking) return 0;
      looking = true;
      let linked = 0;
      try {
        for (const { tag } of selector.functions()) linked += await lookAt(tag, LINKS_A_LOOK - linked);
        // What did not fit is looked at again; with none left, the next models.
        if (linked < LINKS_A_LOOK) seen = generation;
      } catch (error) {
        // No toolchain on this machine, or the registry is away: what is built is served.
        seen = generation;
        log.debug({ error: String(error) }, 'paths were not looked at');
      } finally {
        looking = false;
      }
      return linked;
    },
  };
}
