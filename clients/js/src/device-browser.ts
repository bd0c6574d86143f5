// What a page can know of its device: the engine and its WebAssembly level. The processor is hidden, and stays so.

import type { DeviceFeatures } from '@everypath/schema';
import { clockResolutionNs } from './clock-resolution.ts';
import { pageClock } from './system.browser.ts';
import { wasmLevel } from './wasm-features.ts';

interface UserAgentData {
  readonly brands: readonly { readonly brand: string; readonly version: string }[];
  readonly platform: string;
}

/** `chromium 156`, `firefox 140`, `safari 26`. */
export function runtimeName(userAgent: string, data: UserAgentData | undefined): string {
  const brand = data?.brands.find(({ brand }) => brand === 'Chromium');
  if (brand) return `chromium ${brand.version}`;
  for (const [name, pattern] of [
    ['chromium', /Chrom(?:e|ium)\/(\d+)/],
    ['firefox', /Firefox\/(\d+)/],
    ['safari', /Version\/(\d+).*Safari/],
  ] as const) {
    const version = pattern.exec(userAgent)?.[1];
    if (version) return `${name} ${version}`;
  }
  return 'browser';
}

export async function detectDevice(): Promise<DeviceFeatures> {
  const { userAgent, hardwareConcurrency } = navigator;
  const data = (navigator as Navigator & { userAgentData?: UserAgentData }).userAgentData;
  return {
    target: 'wasm32',
    isaLevel: wasmLevel(),
    extensions: [],
    microarchitecture: '',
    model: '',
    cores: hardwareConcurrency || 1,
    cacheBytes: [],
    os: (data?.platform ?? '').toLowerCase(),
    runtime: runtimeName(userAgent, data),
    clockResolutionNs: clockResolutionNs(pageClock.ticksNs),
  };
}
