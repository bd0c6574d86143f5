// Configuration: flags win over the environment, the environment over the defaults. Parsed once, at the edge.

import { resolve } from 'node:path';
import { z } from 'zod';
import { EXIT, Failure } from './failure.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const DEFAULT_PORT = 7870;
export const DEFAULT_DATA = '.everypath';

/** Only the protocol is checked: a Postgres address may name a socket instead of a host, which no URL parser takes. */
const databaseUrl = (protocols: readonly string[]) =>
  z
    .string()
    .refine(
      (text) => protocols.includes(text.slice(0, text.indexOf('://'))),
      `expected an address that starts with ${protocols.map((name) => `${name}://`).join(' or ')}`,
    );

const configSchema = z.object({
  dataDir: z
    .string()
    .min(1)
    .transform((path) => resolve(path)),
  /** 0: any free port. */
  port: z.coerce.number().int().min(0).max(65_535),
  host: z.string().min(1),
  postgresUrl: databaseUrl(['postgres', 'postgresql']).optional(),
  clickhouseUrl: databaseUrl(['http', 'https']).optional(),
  telemetry: z.enum(['on', 'off']),
  logLevel: z.enum(LOG_LEVELS),
});

/** Where data is, where to listen, which databases to use. */
export type Config = z.output<typeof configSchema>;

export interface ConfigFlags {
  readonly data?: string | undefined;
  readonly port?: string | number | undefined;
  readonly host?: string | undefined;
  readonly telemetry?: string | undefined;
  readonly logLevel?: string | undefined;
}

const NAMES: Readonly<Record<keyof Config, string>> = {
  dataDir: '--data or EVERYPATH_DATA',
  port: '--port or EVERYPATH_PORT',
  host: '--host or EVERYPATH_HOST',
  postgresUrl: 'EVERYPATH_POSTGRES_URL',
  clickhouseUrl: 'EVERYPATH_CLICKHOUSE_URL',
  telemetry: '--telemetry or EVERYPATH_TELEMETRY',
  logLevel: '--log-level or EVERYPATH_LOG_LEVEL',
};

/** Reads the configuration, or fails with a sentence that names the flag or variable at fault. */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  flags: ConfigFlags = {},
): Config {
  const result = configSchema.safeParse({
    dataDir: flags.data ?? env.EVERYPATH_DATA ?? DEFAULT_DATA,
    port: flags.port ?? env.EVERYPATH_PORT ?? DEFAULT_PORT,
    host: flags.host ?? env.EVERYPATH_HOST ?? '127.0.0.1',
    postgresUrl: env.EVERYPATH_POSTGRES_URL || undefined,
    clickhouseUrl: env.EVERYPATH_CLICKHOUSE_URL || undefined,
    telemetry: flags.telemetry ?? env.EVERYPATH_TELEMETRY ?? 'on',
    logLevel: flags.logLevel ?? env.EVERYPATH_LOG_LEVEL ?? 'info',
  });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const name = NAMES[issue?.path[0] as keyof Config] ?? 'configuration';
  throw new Failure(
    'EP_CONFIGURATION',
    `${name}: ${issue?.message ?? 'not valid'}`,
    'See everypath up --help',
    EXIT.usage,
  );
}
