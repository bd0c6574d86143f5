// What a device says of itself at fetch, and the cells that models are fitted for.

import { z } from 'zod';
import { installedLibraries, LIBRARIES, type LibraryName, missingLibrary } from './libraries.ts';
import type { Variant } from './program.ts';
import { isaCovers, isaLevelSchema, targetNameSchema } from './targets.ts';

const label = z.string().max(120);

/** Device features: enough to choose a variant, too little to know a person. */
export const deviceFeaturesSchema = z.object({
  target: targetNameSchema,
  isaLevel: isaLevelSchema,
  /** Extensions beyond the level, as the operating system names them. */
  extensions: z.array(z.string().max(32)).max(128).default([]),
  /** Microarchitecture or vendor-family-model, e.g. `intel-6-143`; empty when unknown. */
  microarchitecture: label.default(''),
  /** Processor or device model as the system names it; empty when unknown. */
  model: label.default(''),
  cores: z.number().int().min(1).max(4096).default(1),
  /** Cache sizes in bytes, smallest level first. */
  cacheBytes: z.array(z.number().int().nonnegative()).max(4).default([]),
  os: label.default(''),
  /** What runs the program: `node 24`, `chromium 156`, `python 3.11`. */
  runtime: label.default(''),
  /** Smallest step of the clock that times operators, in nanoseconds. */
  clockResolutionNs: z.number().positive().max(1e9).default(1),
  /** Installed libraries that programs may call, by the names of `LIBRARIES`; others are disregarded. */
  libraries: z.array(z.string().max(32)).max(16).optional(),
});

export type DeviceFeatures = z.output<typeof deviceFeaturesSchema>;
export type DeviceFeaturesInput = z.input<typeof deviceFeaturesSchema>;

/**
 * The device class: a path from the coarsest cell to the finest, target / ISA level / microarchitecture / model.
 * In WebAssembly, where the processor is hidden, the runtime stands in for the microarchitecture. Devices of a model that
 * have a library installed are a class of their own, `<model>+openblas`: they choose from more programs.
 */
export function deviceClass(device: DeviceFeatures): readonly string[] {
  const runtime = device.runtime.split(' ')[0] || 'unknown';
  const micro = device.target === 'wasm32' ? runtime : device.microarchitecture || 'unknown';
  const levels = [device.target, device.isaLevel, micro, device.model || 'unknown'].map(classPart);
  const model = [levels.pop(), ...librariesOf(device)].join(LIBRARY_MARK);
  return [...levels, model].map((_, index, all) => all.slice(0, index + 1).join('/'));
}

/** In no class's own text. */
const LIBRARY_MARK = '+';

/** What a device has of the libraries that its programs may call. */
export const librariesOf = ({
  target,
  libraries = [],
}: Pick<DeviceFeatures, 'target' | 'libraries'>): readonly LibraryName[] =>
  libraries.length === 0
    ? []
    : installedLibraries(libraries).filter((name) => LIBRARIES[name].targets.includes(target));

/** What the devices of a class have installed, by the class's name. */
export const librariesOfClass = (deviceClass: string): readonly LibraryName[] =>
  installedLibraries(deviceClass.split(LIBRARY_MARK).slice(1));

/** A class's name without what its devices have installed. */
export const withoutLibraries = (deviceClass: string): string => deviceClass.split(LIBRARY_MARK, 1)[0]!;

/** Whether a device of the variant's target has the ISA level and the libraries that it needs. */
export const deviceRuns = (
  device: {
    readonly isaLevel: DeviceFeatures['isaLevel'];
    readonly libraries?: readonly string[] | undefined;
  },
  { isaLevel, libraries }: Pick<Variant, 'isaLevel' | 'libraries'>,
): boolean =>
  isaCovers(device.isaLevel, isaLevel) && missingLibrary(libraries, device.libraries) === undefined;

const classPart = (text: string): string => text.toLowerCase().replace(/[^a-z0-9._-]+/g, '-');
