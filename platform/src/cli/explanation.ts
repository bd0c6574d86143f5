// Asks the selector why it would serve a device what it would serve it.

import type { DeviceFeatures } from '@everypath/schema';
import type { Explanation } from '@everypath/variant-selector';
import { type Api, functionAddress } from './api.ts';

export type Explained = Explanation;

/** The selector's explanation for this device. Explaining changes no decision, so the id is anyone's. */
export const readExplanation = (api: Api, tag: string, device: DeviceFeatures): Promise<Explained> =>
  api.post(`${functionAddress(tag)}/explain`, { device, deviceId: 'command-explains' });
