// `everypath off-policy`: what other policies would have made of the fetches that were served.

import { Command } from 'commander';
import { functionAddress } from '../cli/api.ts';
import type { CommandContext } from '../cli/context.ts';
import { formatDuration } from '../cli/duration.ts';
import { withSession } from '../cli/session.ts';
import { formatTable } from '../cli/table.ts';
import { readTag } from '../cli/words.ts';

interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}
interface Answer {
  readonly policies: readonly {
    readonly policy: string;
    readonly logged: Estimate;
    readonly ips: Estimate;
    readonly snips: Estimate;
    readonly doublyRobust: Estimate;
    readonly decisions: number;
    readonly effective: number;
  }[];
}

export const offPolicyCommand = (context: CommandContext): Command =>
  new Command('off-policy')
    .description('what other policies would have made of the fetches that were served')
    .argument('<tag>')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Latencies are geometric means with 95 % intervals; "worth" is how many decisions the weights amount to: with few,
only the doubly robust estimate says something.

Example:
  everypath off-policy @vision/preprocess`,
    )
    .action(async (tag: string, options: { readonly json?: boolean }) => {
      const where = `${functionAddress(await readTag(tag))}/off-policy`;
      const answer = await withSession(context, ({ api }) => api.get<Answer>(where));
      const { output } = context;
      if (options.json) return output.json(answer);
      if (answer.policies.length === 0) return output.line('no served fetch has reported yet');
      const show = ({ value, low, high }: Estimate): string =>
        `${formatDuration(Math.exp(value))} (${formatDuration(Math.exp(low))} – ${formatDuration(Math.exp(high))})`;
      const lines = formatTable(answer.policies, [
        { title: 'policy', cell: (row) => row.policy },
        { title: 'doubly robust', cell: (row) => show(row.doublyRobust) },
        { title: 'SNIPS', cell: (row) => show(row.snips) },
        { title: 'IPS', cell: (row) => show(row.ips) },
        { title: 'as it was', cell: (row) => show(row.logged) },
        {
          title: 'worth',
          align: 'right',
          cell: (row) => `${row.effective.toFixed(0)} of ${row.decisions}`,
        },
      ]);
      for (const line of lines) output.line(line);
    });
