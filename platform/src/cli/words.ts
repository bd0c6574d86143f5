// Words of the command line that mean something to all commands: tags, targets, variants, numbers. The contracts are
// imported when a word is read, so that help comes at once.

import type { TargetName } from '@everypath/schema';
import { EXIT, Failure } from '../failure.ts';

const wrong = (message: string, hint: string): Failure => new Failure('EP_USAGE', message, hint, EXIT.usage);

export async function readTag(text: string): Promise<string> {
  const { tagSchema } = await import('@everypath/schema');
  if (tagSchema.safeParse(text).success) return text;
  throw wrong(`${text} is not a tag`, 'A tag names a function: @user/name.');
}

export async function readTarget(text: string): Promise<TargetName> {
  const { TARGET_NAMES, targetNameSchema } = await import('@everypath/schema');
  const target = targetNameSchema.safeParse(text);
  if (target.success) return target.data;
  throw wrong(`${text} is not a target`, `Targets are ${TARGET_NAMES.join(', ')}.`);
}

export async function readVariant(text: string): Promise<string> {
  const { variantIdSchema } = await import('@everypath/schema');
  if (variantIdSchema.safeParse(text).success) return text;
  throw wrong(
    `${text} is not a variant id`,
    'A variant id is 16 hex digits: everypath variants TAG lists them.',
  );
}

export function readCount(text: string, name: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw wrong(`${name} ${text} is not a whole number above zero`, 'See --help.');
}

export function readNumber(text: string, name: string): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number) && number >= 0) return number;
  throw wrong(`${name} ${text} is not a number`, 'See --help.');
}

/** Collects a repeatable option. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** The operator variants of a path, node by node. */
export function readPath(text: string): readonly string[] {
  const names = text === '' ? [] : text.split(',').map((name) => name.trim());
  if (!names.includes('')) return names;
  throw wrong(`${text} is not a path`, 'A path names the operator variant of each node: --path a,b,c');
}

export function readPathNumber(text: string): bigint {
  if (/^\d{1,40}$/.test(text)) return BigInt(text);
  throw wrong(`${text} is not the number of a path`, 'Paths are numbered from 0: everypath paths TAG.');
}
