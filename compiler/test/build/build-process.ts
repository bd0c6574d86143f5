// A build in a process of its own, for the tests that kill it or run two at once: says each event on a line, then the
// result. Arguments: the cache folder, then targets.

import { TARGET_NAMES } from '@everypath/schema';
import { buildFunction } from '../../src/build-function.ts';
import { fmaModule } from './modules.ts';

const [cacheDir = '', ...targets] = process.argv.slice(2);
const result = await buildFunction(fmaModule(), {
  cacheDir,
  targets: TARGET_NAMES.filter((name) => targets.includes(name)),
  onEvent: (event) => console.log(event.kind),
});
const variants = result.publication.variants.map(({ id, sha256 }) => `${id} ${sha256}`);
console.log(JSON.stringify({ variants, compiles: result.compiles, links: result.links }));
