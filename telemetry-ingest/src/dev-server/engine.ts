// The embedded engine as a server's sessions: each request gets a session of its own (2 ms), so that no setting,
// parameter or database outlives it; a `session_id` keeps one alive between requests.

import { drainPending, Session } from 'chdb';

export interface RunOptions {
  readonly database: string | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly format: string;
  readonly sessionId: string | undefined;
}

export interface RunResult {
  readonly bytes: Uint8Array;
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly elapsedSeconds: number;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export class Engine {
  readonly #path: string;
  readonly #root: Session;
  readonly #named = new Map<string, Session>();

  constructor(path: string) {
    this.#path = path;
    // Keeps the directory bound while requests come and go.
    this.#root = new Session(path);
  }

  /** Runs one statement. Rejects with the engine's error, whose text begins with `Code: `. */
  async run(sql: string, options: RunOptions): Promise<RunResult> {
    const session = this.#session(options.sessionId);
    try {
      if (options.database !== undefined)
        await session.queryAsync(`USE \`${options.database.replaceAll('`', '``')}\``);
      for (const [name, value] of Object.entries(options.settings)) {
        if (!NAME.test(name))
          throw new Error(`Code: 115. DB::Exception: Unknown setting ${name}. (UNKNOWN_SETTING)`);
        await session.queryAsync(`SET ${name} = ${literal(value)}`);
      }
      for (const [name, value] of Object.entries(options.parameters)) {
        if (!NAME.test(name)) throw new Error('Code: 36. DB::Exception: Bad parameter name. (BAD_ARGUMENTS)');
        await session.queryAsync(`SET param_${name} = ${literal(value)}`);
      }
      const result = await session.queryAsync(sql, { format: options.format });
      return {
        bytes: result.bytes(),
        rowsRead: result.rowsRead,
        bytesRead: result.bytesRead,
        elapsedSeconds: result.elapsed,
      };
    } finally {
      if (options.sessionId === undefined) session.close();
    }
  }

  async close(): Promise<void> {
    for (const session of this.#named.values()) session.close();
    this.#root.close();
    await drainPending();
  }

  #session(id: string | undefined): Session {
    if (id === undefined) return new Session(this.#path);
    const known = this.#named.get(id);
    if (known) return known;
    const session = new Session(this.#path);
    this.#named.set(id, session);
    return session;
  }
}
