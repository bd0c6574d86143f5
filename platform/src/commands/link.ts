// `everypath link`: any path of a published function, linked and published when it is asked for.

import type { TargetName } from '@everypath/schema';
import { Command } from 'commander';
import { type Api, functionAddress } from '../cli/api.ts';
import type { CommandContext } from '../cli/context.ts';
import { withSession } from '../cli/session.ts';
import { readPath, readPathNumber, readTag, readTarget } from '../cli/words.ts';
import { EXIT, Failure } from '../failure.ts';
import type { LinkedAnswer } from '../server/path-routes.ts';

interface Options {
  readonly target: string;
  readonly path?: string;
  readonly at?: string;
  readonly best?: string | true;
  readonly json?: boolean;
}

export const linkCommand = (context: CommandContext): Command =>
  new Command('link')
    .description('link one path of a published function, and publish it as a variant')
    .argument('<tag>', 'the function, @user/name')
    .requiredOption('--target <target>', 'for this target')
    .option('--path <variants>', 'the operator variant of each node, with commas between')
    .option('--at <number>', 'the path of that number: everypath paths TAG --target T --at N')
    .option('--best [class]', 'the path predicted fastest on a device class; default: this machine')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  everypath link @demo/fma --target linux-x86_64 --path unrolled\n  everypath link @vision/preprocess --target wasm32 --at 17\n  everypath link @vision/preprocess --target linux-x86_64 --best',
    )
    .action(async (text: string, options: Options) => {
      const tag = await readTag(text);
      const target = await readTarget(options.target);
      const ask = await readAsk(options, target);
      const answer = await withSession(context, ({ api }) => linkPath(api, tag, target, ask));
      const { output } = context;
      if (options.json) return output.json(answer);
      const { variant, number, fresh, compiles, linkMs, ms } = answer;
      output.line(variant.id);
      const how = fresh
        ? `linked in ${linkMs.toFixed(0)} ms, ${compiles} compiles, published after ${ms.toFixed(0)}`
        : 'was there';
      output.note(`path ${number} for ${target}: ${variant.path.join(' · ')} (${how}; ${variant.proof.how})`);
    });

/** What `POST …/link` takes beside the target. */
type Ask =
  | { readonly path: readonly string[] }
  | { readonly number: string }
  | { readonly device: Readonly<Record<string, unknown>> };

async function readAsk({ path, at, best }: Options, target: TargetName): Promise<Ask> {
  if ([path, at, best].filter((each) => each !== undefined).length !== 1)
    throw new Failure('EP_USAGE', 'give one of --path, --at and --best', 'See --help.', EXIT.usage);
  if (path !== undefined) return { path: readPath(path) };
  if (at !== undefined) return { number: String(readPathNumber(at)) };
  const { readDevice } = await import('../cli/device.ts');
  const here = target === 'wasm32' ? 'wasm' : undefined;
  return { device: { ...(await readDevice(best === true ? here : best)) } };
}

/** Asks the services for a path, by its operator variants or its number. */
export const linkPath = (api: Api, tag: string, target: TargetName, ask: Ask): Promise<LinkedAnswer> =>
  api.post<LinkedAnswer>(`${functionAddress(tag)}/link`, { target, ...ask });
