// Databases by address: what the address means, what to say of it, what to say when it does not answer.

import type { ClickHouseOptions } from '@everypath/telemetry-ingest';
import { Failure } from '../failure.ts';

/** A ClickHouse address, `http://user:password@host:8123/database?cluster=name`, as options. */
export function clickhouseServer(address: string): ClickHouseOptions {
  const url = new URL(address);
  const database = url.pathname.slice(1);
  const cluster = url.searchParams.get('cluster');
  return {
    url: url.origin,
    ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
    ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
    ...(database ? { database } : {}),
    ...(cluster ? { cluster } : {}),
  };
}

/** For people: host and database, neither credentials nor options. */
export const describeDatabase = (address: string | undefined): string =>
  address === undefined
    ? 'embedded'
    : address.replace(/^[a-z]+:\/\/([^@/]*@)?/, '').replace(/[/?]?(\?.*)?$/, '');

/** Turns a failure to open a database into a sentence; what the embedded one fails with is a fault of ours. */
export const databaseDown =
  (name: string, address: string | undefined) =>
  (error: unknown): never => {
    if (!address) throw error;
    const reason =
      error instanceof Error && error.message
        ? error.message
        : String((error as { code?: string }).code ?? error);
    throw new Failure(
      'EP_DATABASE',
      `${name} at ${describeDatabase(address)} cannot be used: ${reason}`,
      `Start it, or unset EVERYPATH_${name.toUpperCase()}_URL to use the embedded one.`,
    );
  };
