// The JavaScript client as commands use it: its cache in the data folder, telemetry as configured.

import { join } from 'node:path';
import type { Client } from '@everypath/client';
import { type CommandContext, configOf } from './context.ts';
import type { Session } from './session.ts';

export interface ClientChoice {
  /** Run WebAssembly instead of native programs. */
  readonly wasm?: boolean;
}

/** Opens a client of the session's services, hands it over, and flushes what it measured. */
export async function withClient<Result>(
  context: CommandContext,
  session: Session,
  choice: ClientChoice,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const { createClient } = await import('@everypath/client');
  const config = await configOf(context);
  const client = createClient({
    baseUrl: session.url,
    cacheDir: join(config.dataDir, 'client'),
    telemetry: config.telemetry,
    wasm: choice.wasm ?? false,
  });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}
