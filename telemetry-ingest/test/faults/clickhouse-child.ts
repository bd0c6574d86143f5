// The ClickHouse development server as a process that the faults kill.

import { type DevServer, startDevServer } from '../../src/dev-server/server.ts';
import { answerParent } from './child-process.ts';

export interface ClickHouseChildOptions {
  readonly path: string;
}

let server: DevServer | undefined;

answerParent({
  async start({ path }: ClickHouseChildOptions): Promise<number> {
    server = await startDevServer({ path, port: 0, password: 'secret' });
    return Number(new URL(server.url).port);
  },
});

process.once('SIGTERM', () => void server?.close().finally(() => process.exit(0)));
