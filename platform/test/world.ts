// A published function made by hand, and the calls that a developer and a device make: enough to test the services
// without a compiler.

import { createHash } from 'node:crypto';
import type {
  DeviceFeaturesInput,
  Manifest,
  Publication,
  Served,
  SignedManifest,
  TelemetryBatchInput,
} from '@everypath/schema';

export const TAG = '@test/scale';

const hash = (text: string, length = 64): string =>
  createHash('sha256').update(text).digest('hex').slice(0, length);

/** What the programs are made of: the services do not look inside. */
export const program = (name: string): Uint8Array => new TextEncoder().encode(`program ${name}`);

const choices = ['scalar', 'simd'];

export const publication: Publication = {
  tag: TAG,
  description: 'Scales a vector.',
  file: 'scale.py',
  source: 'def scale(x, k):\n    return x * k\n',
  signature: {
    parameters: [
      { name: 'x', type: { kind: 'array', dtype: 'float32', shape: ['n'] } },
      { name: 'k', type: { kind: 'float' } },
    ],
    result: { kind: 'array', dtype: 'float32', shape: ['n'] },
  },
  nodes: [
    {
      index: 0,
      operator: 'numpy.multiply',
      specialization: 'float32_1',
      label: 'x * k',
      line: 2,
      features: ['n'],
    },
  ],
  irText: 'scale',
  irHash: hash('ir', 16),
  toolchain: 'none',
  variants: choices.map((choice) => {
    const sha256 = createHash('sha256').update(program(choice)).digest('hex');
    return {
      id: hash(choice, 16),
      target: 'linux-x86_64',
      path: [choice],
      isaLevel: choice === 'simd' ? 'x86-64-v3' : 'x86-64',
      sha256,
      sizeBytes: program(choice).byteLength,
      proof: { how: 'unproven', by: 'made by hand', cases: 0, worst: 0 },
    };
  }),
};

export const device: DeviceFeaturesInput = {
  target: 'linux-x86_64',
  isaLevel: 'x86-64-v3',
  microarchitecture: 'test-1',
  model: 'Test',
  runtime: 'node 24',
};

const json = (method: string, body: unknown, token?: string): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
  body: JSON.stringify(body),
});

/** Publishes the function, artifacts first. */
export async function publishByHand(url: string, token: string): Promise<void> {
  for (const [index, variant] of publication.variants.entries()) {
    const response = await fetch(`${url}/v1/artifacts/${variant.sha256}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream', authorization: `Bearer ${token}` },
      body: new Uint8Array(program(choices[index]!)),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  }
  const response = await fetch(`${url}/v1/functions/${TAG}`, json('PUT', publication, token));
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
}

/** Fetches as a device; the signature is not checked here. */
export async function fetchByHand(url: string, deviceId = 'device-0001', variant?: string): Promise<Served> {
  const response = await fetch(
    `${url}/v1/functions/${TAG}/fetch`,
    json('POST', { device, deviceId, ...(variant ? { variant } : {}) }),
  );
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  const { manifest, issue } = (await response.json()) as SignedManifest;
  return { ...issue, ...(JSON.parse(Buffer.from(manifest, 'base64').toString('utf8')) as Manifest) };
}

/** Reports samples of a manifest's variant, as the device that was served it. */
export function reportByHand(
  url: string,
  manifest: Served,
  batchId: string,
  latenciesNs: readonly number[],
): Promise<Response> {
  const records = [0, 0xffffffff].map((node) => ({
    node,
    features: node === 0 ? [1024] : [],
    calls: latenciesNs.length,
    samplesNs: latenciesNs.map((ns) => (node === 0 ? ns : ns + 200)),
  }));
  const batch: TelemetryBatchInput = {
    version: 1,
    batchId,
    token: manifest.telemetryToken,
    tag: TAG,
    variant: manifest.variant,
    cause: manifest.cause,
    device,
    sealedAtMs: manifest.issuedAtMs,
    records,
  };
  return fetch(`${url}/v1/telemetry`, json('POST', batch));
}
