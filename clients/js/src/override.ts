// Which variant, if any, was forced, and by whom. First hit wins: the call, the environment, the override file.

import { ArgumentError } from './errors.ts';

export type OverrideSource = 'call' | 'environment' | 'file';

export interface Override {
  readonly variant: string;
  readonly by: OverrideSource;
}

const VARIANT = /^[0-9a-f]{16}$/;

function assertVariant(variant: unknown, where: string): string {
  if (typeof variant === 'string' && VARIANT.test(variant)) return variant;
  throw new ArgumentError('variant', `${where}: expected a variant id of 16 hex digits, got '${variant}'`);
}

/** `@user/name=ID`, several separated by commas or spaces. */
function fromEnvironment(text: string, tag: string): string | undefined {
  for (const entry of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const [name, variant, ...rest] = entry.split('=');
    if (variant === undefined || rest.length > 0) {
      throw new ArgumentError('variant', `EVERYPATH_VARIANT: expected @user/name=ID, got '${entry}'`);
    }
    if (name === tag) return assertVariant(variant, 'EVERYPATH_VARIANT');
  }
  return undefined;
}

/** The override for a tag. `file` is the text of the override file: `{ "@user/name": "ID" }`. */
export function findOverride(
  tag: string,
  call: string | undefined,
  environment: string | undefined,
  file: string | undefined,
): Override | undefined {
  if (call !== undefined) return { variant: assertVariant(call, `load('${tag}')`), by: 'call' };
  const forced = environment === undefined ? undefined : fromEnvironment(environment, tag);
  if (forced !== undefined) return { variant: forced, by: 'environment' };
  if (file === undefined) return undefined;
  let entries: unknown;
  try {
    entries = JSON.parse(file);
  } catch {
    throw new ArgumentError('variant', 'the override file is not JSON: expected { "@user/name": "ID" }');
  }
  const entry = (entries as Record<string, unknown> | null)?.[tag];
  return entry === undefined ? undefined : { variant: assertVariant(entry, 'the override file'), by: 'file' };
}
