// What a device class's path tells of it beside where it lies in the tree: words by which classes of different targets
// or ISA levels may still be alike, such as one microarchitecture under two operating systems.

import { EVERYWHERE } from './observation.ts';
import type { Features } from './prior/similarity.ts';

/** Endings that number the members of a microarchitecture's family: `zen3`, `cortex-a76`, `intel-6-143`. */
const MEMBER = /[-_.]?[a-z]?\d+[a-z]*$/;

/** The words of a class; `unknown` parts are left out, for they make nothing alike. */
export function classFeatures(deviceClass: string): Features {
  const [target = '', isaLevel = '', micro = '', model = ''] = deviceClass.split('/');
  const words = {
    target,
    architecture: target.slice(target.lastIndexOf('-') + 1),
    isaLevel,
    micro,
    microFamily: micro.replace(MEMBER, ''),
    brand: model.split(/[-_ ]/)[0]!,
  };
  return Object.fromEntries(Object.entries(words).filter(([, word]) => word !== '' && word !== 'unknown'));
}

/** The finest classes that a tree of classes has anything of. */
export function finestClasses(tree: Readonly<Record<string, unknown>>): readonly string[] {
  const cells = Object.keys(tree);
  const around = new Set(cells.map((cell) => cell.slice(0, Math.max(cell.lastIndexOf('/'), 0))));
  return cells.filter((cell) => cell !== EVERYWHERE && !around.has(cell));
}
