// `everypath bench`: every variant of a function that this device can run, measured side by side and held against
// what the selector predicted. Its samples are marked and stay out of the models.

import type { DeviceFeatures, Signature } from '@everypath/schema';
import { Command } from 'commander';
import { type Api, functionAddress } from '../cli/api.ts';
import { withClient } from '../cli/client.ts';
import type { CommandContext } from '../cli/context.ts';
import { withSession } from '../cli/session.ts';
import { collect, readCount, readTag, readVariant } from '../cli/words.ts';
import { EXIT, Failure } from '../failure.ts';
import type { BenchReport } from './bench-report.ts';
import { readVariants } from './variants.ts';

interface Options {
  readonly variant: readonly string[];
  readonly all?: boolean;
  readonly arg: readonly string[];
  readonly rounds: string;
  readonly wasm?: boolean;
  readonly json?: boolean;
}

export const benchCommand = (context: CommandContext): Command =>
  new Command('bench')
    .description('measure variants side by side on this machine')
    .argument('<tag>', 'the function, @user/name')
    .option('--variant <id>', 'measure this variant (repeatable)', collect, [])
    .option('--all', 'measure every variant that this device can run (the default)')
    .option('--arg <name=value>', 'an argument (repeatable; default: made from the signature)', collect, [])
    .option('--rounds <count>', 'rounds in which every variant has a turn', '15')
    .option('--wasm', 'measure WebAssembly instead of native programs')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
A variant's figure is the median over interleaved rounds, with the quartiles as spread.

Examples:
  everypath bench @vision/preprocess --all --arg image=@photo.png
  everypath bench @demo/fma --variant 0123456789abcdef --variant fedcba9876543210`,
    )
    .action(async (tag: string, options: Options) => {
      const { formatBench } = await import('./bench-report.ts');
      const report = await bench(context, await readTag(tag), options);
      if (options.json) context.output.json(report);
      else for (const line of formatBench(report, context.output.paint)) context.output.line(line);
    });

/** Measures and returns the report. */
export async function bench(context: CommandContext, tag: string, options: Options): Promise<BenchReport> {
  const rounds = readCount(options.rounds, '--rounds');
  const { readArguments } = await import('../inputs/arguments.ts');
  const { sampleInputs } = await import('../inputs/sample-inputs.ts');
  const { interleave } = await import('../measure/interleave.ts');
  const { reportBench } = await import('./bench-report.ts');
  const { output } = context;
  return withSession(context, (session) =>
    withClient(context, session, { wasm: options.wasm ?? false }, async (client) => {
      const device = await client.device();
      const { signature } = await session.api.get<{ signature: Signature }>(functionAddress(tag));
      const given = options.arg.length > 0;
      const args = given
        ? await readArguments(options.arg, signature.parameters)
        : sampleInputs(signature.parameters);
      const ids = await chosenVariants(
        session.api,
        tag,
        device,
        await Promise.all(options.variant.map(readVariant)),
      );
      const compiled = [];
      for (const id of ids) compiled.push(await client.load(tag, { variant: id, bench: true }));
      output.note(
        `measuring ${compiled.length} variants over ${rounds} rounds${given ? '' : ', on arguments made from the signature'}`,
      );
      const measured = interleave(
        compiled.map((one) => ({ name: one.info.variant, call: () => void one.callSync(args) })),
        { clock: context.clock, rounds, turnMs: 4 },
      );
      const explanation = await explain(session.api, tag, device);
      const paths = new Map(compiled.map((one) => [one.info.variant, one.info.path]));
      return reportBench({ tag, device, measured, paths, explanation });
    }),
  );
}

async function chosenVariants(
  api: Api,
  tag: string,
  device: DeviceFeatures,
  asked: readonly string[],
): Promise<readonly string[]> {
  const { deviceRuns } = await import('@everypath/schema');
  const variants = await readVariants(() =>
    api.get(`${functionAddress(tag)}/variants?target=${device.target}`),
  );
  const runnable = variants.filter((variant) => deviceRuns(device, variant)).map((variant) => variant.id);
  const stranger = asked.find((id) => !runnable.includes(id));
  if (stranger) {
    throw new Failure(
      'EP_VARIANT',
      `${stranger} is no variant of ${tag} that this device can run`,
      `everypath variants ${tag} --target ${device.target} lists them; this device is ${device.isaLevel}.`,
      EXIT.usage,
    );
  }
  if (runnable.length === 0)
    throw new Failure(
      'EP_NO_VARIANT',
      `${tag} has no variant for ${device.target}`,
      `Compile it for that target: everypath compile FILE.py --target ${device.target}`,
    );
  return asked.length > 0 ? asked : runnable;
}

async function explain(api: Api, tag: string, device: DeviceFeatures) {
  const { readExplanation } = await import('../cli/explanation.ts');
  return readExplanation(api, tag, device);
}
