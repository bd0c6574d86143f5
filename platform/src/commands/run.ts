// `everypath run`: one call of a published function on this machine, through the JavaScript client.

import type { Signature } from '@everypath/schema';
import { Command } from 'commander';
import { functionAddress } from '../cli/api.ts';
import { withClient } from '../cli/client.ts';
import type { CommandContext } from '../cli/context.ts';
import { formatDuration } from '../cli/duration.ts';
import { type Session, withSession } from '../cli/session.ts';
import { collect, readPath, readTag, readVariant } from '../cli/words.ts';
import { EXIT, Failure } from '../failure.ts';
import { linkPath } from './link.ts';

interface Options {
  readonly arg: readonly string[];
  readonly variant?: string;
  readonly path?: string;
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
    .option('--path <variants>', 'force this path; it is linked if it was not built')
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
      await withSession(context, (session) =>
        withClient(context, session, { wasm: options.wasm ?? false }, async (client) => {
          const variant = await forcedVariant(session, tag, options);
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

/** What `--variant` or `--path` forces, as the client takes it. */
async function forcedVariant(
  session: Session,
  tag: string,
  { variant, path, wasm }: Options,
): Promise<{ readonly variant?: string }> {
  if (path === undefined) return variant === undefined ? {} : { variant: await readVariant(variant) };
  if (variant !== undefined)
    throw new Failure('EP_USAGE', 'give one of --variant and --path', 'See --help.', EXIT.usage);
  const { hostTarget } = await import('@everypath/client');
  const target = wasm ? 'wasm32' : (hostTarget() ?? 'wasm32');
  const linked = await linkPath(session.api, tag, target, { path: readPath(path) });
  return { variant: linked.variant.id };
}
