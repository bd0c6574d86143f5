// The device that a command speaks for: this machine, this machine's WebAssembly, a device class, or a JSON file.

import { readFile } from 'node:fs/promises';
import {
  type DeviceFeatures,
  deviceFeaturesSchema,
  isaLevelSchema,
  librariesOfClass,
  targetNameSchema,
  withoutLibraries,
} from '@everypath/schema';
import { EXIT, Failure } from '../failure.ts';

const wrong = (message: string): Failure =>
  new Failure(
    'EP_DEVICE',
    message,
    'Give a device class like linux-x86_64/x86-64-v3, wasm for this machine in WebAssembly, or the name of a JSON file.',
    EXIT.usage,
  );

/** A device of a class: `target/isa/microarchitecture/model`, cut short where less is known. */
export function deviceOfClass(cell: string): DeviceFeatures | null {
  const [target, isaLevel, microarchitecture = '', model = ''] = withoutLibraries(cell).split('/');
  const name = targetNameSchema.safeParse(target);
  const level = isaLevelSchema.safeParse(isaLevel);
  if (!name.success || !level.success) return null;
  const known = (text: string): string => (text === 'unknown' ? '' : text);
  return deviceFeaturesSchema.parse({
    target: name.data,
    isaLevel: level.data,
    microarchitecture: known(microarchitecture),
    model: known(model),
    libraries: [...librariesOfClass(cell)],
    runtime: name.data === 'wasm32' ? known(microarchitecture) : '',
  });
}

/** Reads `--device`; without it, this machine. */
export async function readDevice(text: string | undefined): Promise<DeviceFeatures> {
  if (text === undefined || text === 'wasm') {
    const { detectDevice } = await import('@everypath/client');
    return detectDevice({ wasm: text === 'wasm' });
  }
  if (text.endsWith('.json')) {
    const json = await readFile(text, 'utf8').catch(() => {
      throw wrong(`cannot read the device file ${text}`);
    });
    try {
      return deviceFeaturesSchema.parse(JSON.parse(json));
    } catch {
      throw wrong(`${text} does not describe a device`);
    }
  }
  const device = deviceOfClass(text);
  if (!device) throw wrong(`${text} is not a device`);
  return device;
}
