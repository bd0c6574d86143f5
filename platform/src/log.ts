// The process's structured log: JSON lines on standard error, so that standard output stays for results.

import { type Logger, pino } from 'pino';
import type { LogLevel } from './config.ts';

export type Log = Logger;

/** Opens the log. Addresses of clients, tokens and bodies are never given to it. */
export const openLog = (level: LogLevel): Log =>
  pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: ['authorization', 'token'] },
    pino.destination({ dest: 2, sync: true }),
  );
