// `npm run clickhouse:dev [-- --port 8123] [--path DIR] [--password P]`: the development server as a program.
// Prints `{"url": …}` once it listens; ends on SIGINT, SIGTERM, or when a parent that gave it a channel goes away.

import { parseArgs } from 'node:util';
import { startDevServer } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8123' },
    path: { type: 'string', default: '.everypath/clickhouse-dev' },
    password: { type: 'string' },
  },
});

const server = await startDevServer({
  port: Number(values.port),
  path: values.path,
  ...(values.password === undefined ? {} : { password: values.password }),
});
process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);

const stop = (): void => void server.close().then(() => process.exit(0));
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
process.once('disconnect', stop);
