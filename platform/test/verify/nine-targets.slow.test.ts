// All nine targets executed: every variant of two examples, on what `npm run setup -- --for prove` installs. A target
// whose machine is missing here is skipped by name.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createFrontend, type Frontend } from '@everypath/compiler';
import { TARGET_NAMES } from '@everypath/schema';
import { compileFile } from '../../src/compile-and-publish.ts';
import { proofRows } from '../../src/verify/proof-rows.ts';

const dataDir = join(import.meta.dirname, '../../../.cache/nine-targets');
const examples = join(import.meta.dirname, '../../../examples');
let frontend: Frontend;

before(async () => {
  frontend = await createFrontend();
});
after(() => frontend.close());

for (const name of ['fma', 'similarity']) {
  test(`${name}: every variant of every target gives CPython's results`, async (t) => {
    const { build } = await compileFile({ dataDir }, frontend, { file: join(examples, `${name}.py`) });
    assert.ok(build);
    const rows = proofRows(build);
    assert.deepEqual(
      rows.map(({ target }) => target),
      TARGET_NAMES,
    );
    for (const { target, variants, executed, by } of rows) {
      const missing = by.filter((each) => each.by.startsWith('structure;'));
      for (const each of missing) t.diagnostic(`${target}: ${each.variants} of ${variants}: ${each.by}`);
      const rest = missing.reduce((sum, each) => sum + each.variants, 0);
      assert.equal(executed, variants - rest, `${target}: ${JSON.stringify(by)}`);
    }
  });
}
