// `everypath up`: registry, ingest, selector and dashboard on one port, until it is interrupted.

import { Command } from 'commander';
import { type CommandContext, configOf } from '../cli/context.ts';

interface Options {
  readonly port?: string;
  readonly host?: string;
  readonly telemetry?: string;
  readonly json?: boolean;
}

export const upCommand = (context: CommandContext): Command =>
  new Command('up')
    .description('start the registry, ingest, selector and dashboard on one port')
    .option('--port <number>', 'port to listen on; 0 for any free one (EVERYPATH_PORT, default 7870)')
    .option('--host <address>', 'address to listen on (EVERYPATH_HOST, default 127.0.0.1)')
    .option('--telemetry <on|off>', 'whether to take telemetry (EVERYPATH_TELEMETRY, default on)')
    .option('--json', 'print one JSON object once it listens')
    .addHelpText(
      'after',
      `
Databases are embedded in the data folder unless these are set:
  EVERYPATH_POSTGRES_URL     postgres://user:password@host/database
  EVERYPATH_CLICKHOUSE_URL   http://user:password@host:8123/database[?cluster=name]
Traces go to a collector when this is set:
  OTEL_EXPORTER_OTLP_ENDPOINT   http://host:4318

Examples:
  everypath up
  everypath up --port 8080 --data /var/lib/everypath`,
    )
    .action(async (options: Options) => {
      const config = await configOf(context, options);
      const { startTracing } = await import('../server/tracing.ts');
      const tracing = await startTracing(context.env);
      const { startPlatform } = await import('../server.ts');
      const platform = await startPlatform({
        ...config,
        mode: 'serve',
        clock: context.clock,
        random: context.random,
      });
      const { output } = context;
      if (options.json) {
        output.json({ url: platform.url, data: config.dataDir, pid: process.pid });
      } else {
        output.line(`${output.paint('bold', 'everypath is up')}  ${output.paint('cyan', platform.url)}`);
        output.line(`  data        ${config.dataDir}`);
        output.line(`  postgres    ${platform.databases.postgres}`);
        output.line(`  clickhouse  ${platform.databases.clickhouse}`);
        output.line(output.paint('dim', '  Ctrl-C stops it; nothing is lost.'));
      }
      await stopSignal();
      output.note('stopping: handing over what is buffered');
      await platform.close();
      await tracing?.close();
    });

/** Resolves on SIGINT or SIGTERM. A second signal ends the process at once: everything acknowledged is on disk. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
        process.once(signal, () => process.exit(130));
      });
    }
  });
}
