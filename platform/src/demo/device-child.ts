// The process that acts as the demo's Node devices, so that timing shares no event loop with the services.

import type { Value } from '@everypath/client';
import { createClient, openProgram } from '@everypath/client';
import {
  type Candidate,
  type ClientLibrary,
  type MeasureOptions,
  measureEveryVariant,
  type SessionSetup,
  type VisitOptions,
  visit,
} from './device-session.ts';

interface Common {
  readonly id: number;
  readonly setup: SessionSetup;
  readonly inputs: readonly Value[];
}

export type DeviceRequest =
  | (Common & { readonly kind: 'visit'; readonly options: VisitOptions })
  | (Common & {
      readonly kind: 'measure';
      readonly candidates: readonly Candidate[];
      readonly options: MeasureOptions;
    });

export interface DeviceReply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

const library: ClientLibrary = { createClient, openProgram };

async function answer(request: DeviceRequest): Promise<DeviceReply> {
  const { id, setup, inputs } = request;
  try {
    const result =
      request.kind === 'visit'
        ? await visit(library, setup, inputs, request.options)
        : await measureEveryVariant(library, setup, inputs, request.candidates, request.options);
    return { id, result };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', (request: DeviceRequest) => {
  void answer(request).then((reply) => process.send?.(reply));
});
process.on('disconnect', () => process.exit(0));
