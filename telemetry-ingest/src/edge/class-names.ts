// The finest device class of a device, remembered: there are few kinds of devices, and naming one takes ten expressions.

import { type DeviceFeatures, deviceClass } from '@everypath/schema';

const REMEMBERED = 10_000;

export class ClassNames {
  readonly #known = new Map<string, string>();

  of(device: DeviceFeatures): string {
    const { target, isaLevel, microarchitecture, model, runtime, libraries = [] } = device;
    const key = `${target}\n${isaLevel}\n${microarchitecture}\n${model}\n${runtime}\n${libraries.join()}`;
    let name = this.#known.get(key);
    if (name === undefined) {
      name = deviceClass(device).at(-1) ?? target;
      if (this.#known.size >= REMEMBERED) this.#known.clear();
      this.#known.set(key, name);
    }
    return name;
  }
}
