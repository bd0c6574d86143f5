// `everypath ops verify`: the admission of a variant, or of all variants of an operator.

import type { Admission } from '@everypath/operators';
import { Command } from 'commander';
import type { CommandContext } from '../cli/context.ts';
import type { Output } from '../cli/output.ts';
import { EXIT, Failure } from '../failure.ts';

interface Options {
  readonly sanitize: boolean;
  readonly time: boolean;
  readonly json?: boolean;
}

export const opsVerifyCommand = (context: CommandContext): Command =>
  new Command('verify')
    .description('admit variants: headers, answers beside the reference, sanitizers, time')
    .argument('<operator...>', 'operators by name or folder, or one variant: OPERATOR/VARIANT')
    .option('--no-sanitize', 'leave out AddressSanitizer and UndefinedBehaviorSanitizer')
    .option('--no-time', 'leave out the timing')
    .option('--json', 'print one JSON object a variant')
    .addHelpText(
      'after',
      '\nExit code 0 only if nothing was found.\n\nExamples:\n  everypath ops verify topk\n' +
        '  everypath ops verify numpy.sort/quick_avx512 --no-time',
    )
    .action(async (wanted: readonly string[], options: Options) => {
      const { output } = context;
      const { admit, hasSanitizers } = await import('@everypath/operators');
      if (options.sanitize && !(await hasSanitizers())) {
        throw new Failure(
          'EP_NO_SANITIZERS',
          'clang has no sanitizers here',
          'install libclang-rt-19-dev, or pass --no-sanitize',
        );
      }
      let found = 0;
      for (const each of await Promise.all(wanted.map(readOperator))) {
        const admissions = await admit(each.operator, each.variant, {
          sanitize: options.sanitize,
          time: options.time,
          onStep: (step) => output.note(`${each.operator}: ${step} …`),
        });
        for (const admission of admissions) {
          found += admission.findings.length;
          if (options.json) output.json(admission);
          else show(output, admission);
        }
      }
      if (found > 0) throw new Failure('EP_NOT_ADMITTED', `${found} findings`, '', EXIT.failed);
    });

/** An operator by its name or its folder, and the variant behind the last slash. */
export async function readOperator(text: string): Promise<{ operator: string; variant?: string }> {
  const { operatorIdentifier, operators, variantsOf } = await import('@everypath/operators');
  const find = (name: string): string | undefined =>
    operators.find((each) => each.name === name || operatorIdentifier(each.name) === name)?.name;
  const whole = find(text);
  if (whole !== undefined) return { operator: whole };
  const slash = text.lastIndexOf('/');
  const operator = find(text.slice(0, Math.max(slash, 0)));
  const variant = text.slice(slash + 1);
  if (operator === undefined) {
    throw new Failure(
      'EP_NO_OPERATOR',
      `no operator is called ${text}`,
      'see: everypath ops list',
      EXIT.usage,
    );
  }
  if (!variantsOf(operator).some(({ name }) => name === variant)) {
    throw new Failure(
      'EP_NO_OPERATOR',
      `${operator} has no variant ${variant}`,
      'see: everypath ops list',
      EXIT.usage,
    );
  }
  return { operator, variant };
}

function show(output: Output, { operator, variant, skipped, cases, findings, timed }: Admission): void {
  const verdict = skipped ? 'not here' : findings.length === 0 ? 'admitted' : 'refused';
  const style = skipped ? 'dim' : findings.length === 0 ? 'green' : 'red';
  const detail = skipped ?? `${cases} cases`;
  output.line(`${output.paint(style, verdict)}  ${operator}/${variant}  ${detail}`);
  for (const { question, ns, timesReference } of timed)
    output.line(`  ${question}: ${(ns / 1000).toFixed(1)} µs, ${timesReference.toFixed(2)} × the reference`);
  for (const { step, where, detail: what } of findings)
    output.line(`  ${output.paint('red', step)}: ${where}: ${what}`);
}
