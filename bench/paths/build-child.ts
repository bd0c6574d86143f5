// Builds a module read from its text, and says in JSON what that took: the part of a benchmark that runs in a changed
// copy of the repository.

import { readFileSync } from 'node:fs';
import { buildFunction, parseModule } from '@everypath/compiler';

const [irFile = '', cacheDir = ''] = process.argv.slice(2);
const result = await buildFunction(parseModule(readFileSync(irFile, 'utf8')), { cacheDir });
const { emissionSeconds: seconds, compiles, links } = result;
console.log(JSON.stringify({ seconds, variants: result.publication.variants.length, compiles, links }));
