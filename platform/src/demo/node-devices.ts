// This machine as several devices: native at each ISA level that its processor has, and WebAssembly in Node. One child
// process plays them all; a device at a lower level is the same processor asking for less. It has no libraries: these
// take their code by the processor that is there.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { detectDevice } from '@everypath/client';
import { type DeviceFeatures, ISA_LEVELS, type IsaLevel, isaCovers, TARGETS } from '@everypath/schema';
import { type DemoDevice, type DeviceSession, sessionOver } from './demo-device.ts';
import type { DeviceReply, DeviceRequest } from './device-child.ts';
import type { SessionCall } from './device-session.ts';

const script = fileURLToPath(new URL('./device-child.ts', import.meta.url));

/** The devices that this machine can act as in Node. Close any one of them to end their process. */
export async function nodeDevices(): Promise<DemoDevice[]> {
  const native = await detectDevice({});
  const wasm = await detectDevice({ wasm: true });
  const levels: readonly IsaLevel[] = ISA_LEVELS[TARGETS[native.target].architecture];
  const { session, close } = startChild();
  const device = (name: string, features: DeviceFeatures, limit?: Partial<DeviceFeatures>): DemoDevice => ({
    name,
    target: features.target,
    isaLevel: limit?.isaLevel ?? features.isaLevel,
    libraries: (limit ?? features).libraries ?? [],
    ...(limit && { features: limit }),
    session,
    close,
  });
  return [
    ...levels
      .filter((level) => isaCovers(native.isaLevel, level))
      .map((level) =>
        device(
          `native ${level}`,
          native,
          level === native.isaLevel ? undefined : { isaLevel: level, libraries: [] },
        ),
      ),
    device('node wasm', wasm),
  ];
}

function startChild(): { session: DeviceSession; close: () => Promise<void> } {
  const child: ChildProcess = fork(script, {
    // A short visit should time the code that a long one runs: V8's optimising compiler from the first call.
    execArgv: ['--no-liftoff'],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, (reply: DeviceReply) => void>();
  let nextId = 0;
  let ended: string | null = null;
  child.on('message', (reply: DeviceReply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = `the device process ended with ${signal ?? code}`;
      for (const [id, resolveReply] of waiting) resolveReply({ id, error: ended });
      waiting.clear();
      resolve();
    });
  });
  const ask = async (call: SessionCall): Promise<unknown> => {
    if (ended !== null) throw new Error(ended);
    const id = nextId++;
    const reply = await new Promise<DeviceReply>((resolve) => {
      waiting.set(id, resolve);
      child.send({ id, call } satisfies DeviceRequest);
    });
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply.result;
  };
  return {
    session: sessionOver(ask),
    async close() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
