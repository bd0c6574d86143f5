// `everypath run`: one call of a published function on this machine, through the JavaScript client.

import type { Signature } from '@everypath/schema';
import { Command } from 'commander';
import { functionAddress } from '../cli/api.ts';
import { withClient } from '../cli/client.ts';
import type { CommandContext } from '../cli/context.ts';
import { formatDuration } from '../cli/duration.ts';
import { withSession } from '../cli/session.ts';
import { collect, readTag, readVariant } from '../cli/words.ts';

interface Options {
  readonly arg: readonly string[];
  readonly variant?: string;
  readonly wasm?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

export const runCommand = (context: CommandContext): Command =>
  new Command('run')
    .description('run a published function on this machine')
    .argument('<tag>', 'the function, @user/name')
    .option('--arg <name=value>', 'an argument (repeatable)', collect, [])
    .option('--variant <id>', 'force this variant')
    .option('--wasm', 'run WebAssembly instead of a native program')
    .option('--out <file>', 'write the whole result to a JSON file')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Values: numbers, true, text, JSON, or a file: @photo.png @array.npy @value.json

Examples:
  everypath run @demo/fma --arg x=1.5 --arg y=2 --arg z=0.5 --arg n_iter=1000
  everypath run @vision/preprocess --arg image=@photo.png`,
    )
    .action(async (text: string, options: Options) => {
      const tag = await readTag(text);
      const variant = options.variant === undefined ? {} : { variant: await readVariant(options.variant) };
      await withSession(context, (session) =>
        withClient(context, session, { wasm: options.wasm ?? false }, async (client) => {
          const { readArguments } = await import('../inputs/arguments.ts');
          const { describeValue, saveValue, valueToJson } = await import('../inputs/show-value.ts');
          const published = await session.api.get<{ signature: Signature }>(functionAddress(tag));
          const args = await readArguments(options.arg, published.signature.parameters);
          const compiled = await client.load(tag, variant);
          const { value, latencyNs } = await compiled(args);
          if (options.out) await saveValue(options.out, value);
          const { info } = compiled;
          const { output } = context;
          if (options.json) {
            const { reason, cause, predictedNs, path } = info;
            return output.json({
              tag,
              variant: info.variant,
              reason,
              cause,
              predictedNs,
              latencyNs,
              path,
              result: valueToJson(value),
            });
          }
          output.line(describeValue(value));
          output.note(
            output.paint(
              'dim',
              `${info.variant} (${info.reason}), ${formatDuration(latencyNs)}${info.predictedNs === null ? '' : `, predicted ${formatDuration(info.predictedNs)}`}`,
            ),
          );
        }),
      );
    });
