// `everypath variants`: what was published of a function.

import type { Variant } from '@everypath/schema';
import { Command } from 'commander';
import { functionAddress } from '../cli/api.ts';
import type { CommandContext } from '../cli/context.ts';
import { withSession } from '../cli/session.ts';
import { formatTable } from '../cli/table.ts';
import { readTag, readTarget } from '../cli/words.ts';

interface Options {
  readonly target?: string;
  readonly json?: boolean;
}

export const variantsCommand = (context: CommandContext): Command =>
  new Command('variants')
    .description('list the published variants of a function')
    .argument('<tag>', 'the function, @user/name')
    .option('--target <target>', 'only those of this target')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  everypath variants @vision/preprocess --target wasm32')
    .action(async (tag: string, options: Options) => {
      const query = options.target ? `?target=${await readTarget(options.target)}` : '';
      const address = functionAddress(await readTag(tag));
      const variants = await withSession(context, ({ api }) =>
        readVariants(() => api.get(`${address}/variants${query}`)),
      );
      const { output } = context;
      if (options.json) return output.json({ tag, variants });
      const lines = formatTable(variants, [
        { title: 'variant', cell: (row) => row.id },
        { title: 'target', cell: (row) => row.target },
        { title: 'needs', cell: (row) => [row.isaLevel, ...(row.libraries ?? [])].join(', ') },
        { title: 'bytes', align: 'right', cell: (row) => String(row.sizeBytes) },
        { title: 'proof', cell: (row) => `${row.proof.how} (${row.proof.by})` },
        { title: 'path', cell: (row) => row.path.join(' · ') },
      ]);
      for (const line of lines) output.line(line);
      output.note(`${variants.length} variants`);
    });

/** The variants that the registry lists. */
export async function readVariants(
  get: () => Promise<{ variants: readonly Variant[] }>,
): Promise<readonly Variant[]> {
  return (await get()).variants;
}
