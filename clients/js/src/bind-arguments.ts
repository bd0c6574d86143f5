// Python's rules for calling: positional and keyword arguments and defaults become one value per parameter.

import type { Signature } from '@everypath/schema';
import { ArgumentError } from './errors.ts';
import type { Value } from './values.ts';

/** A function that orders a call's arguments by the signature's parameters. `tag` is for messages. */
export function argumentBinder(
  tag: string,
  signature: Signature,
): (args: readonly Value[], kwargs: Readonly<Record<string, Value>> | undefined) => readonly Value[] {
  const { parameters } = signature;
  const names = parameters.map((parameter) => parameter.name);
  const takes = `${tag} takes (${names.join(', ')})`;
  return (args, kwargs) => {
    if (args.length > parameters.length) {
      throw new ArgumentError('', `${takes}: expected ${parameters.length} arguments, got ${args.length}`);
    }
    if (kwargs === undefined && args.length === parameters.length) return args;
    if (kwargs !== undefined) {
      for (const name of Object.keys(kwargs)) {
        const index = names.indexOf(name);
        if (index < 0) throw new ArgumentError(name, `${takes}: there is no parameter '${name}'`);
        if (index < args.length) throw new ArgumentError(name, `${takes}: '${name}' was given twice`);
      }
    }
    return parameters.map((parameter, index): Value => {
      if (index < args.length) return args[index];
      if (kwargs !== undefined && Object.hasOwn(kwargs, parameter.name)) return kwargs[parameter.name];
      if (parameter.default !== undefined) return parameter.default as Value;
      throw new ArgumentError(parameter.name, `${takes}: argument '${parameter.name}' is missing`);
    });
  };
}
