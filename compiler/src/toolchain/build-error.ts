// A failure of the machine, not of the program being compiled: a missing tool, a full disk, a killed child. Says what
// to do about it. Diagnostics of the Python source are values and never come this way.

export type BuildErrorCode =
  | 'EP_TOOL_MISSING'
  | 'EP_TOOL_KILLED'
  | 'EP_TOOL_FAILED'
  | 'EP_DISK_FULL'
  | 'EP_DISK_FAILED'
  | 'EP_CANCELLED'
  | 'EP_WORKERS';

export class BuildError extends Error {
  override readonly name = 'BuildError';
  readonly code: BuildErrorCode;
  /** What to do about it. */
  readonly hint: string;

  constructor(code: BuildErrorCode, message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** The build error that a file-system error amounts to. */
export function diskError(cause: unknown, doing: string): BuildError {
  if (cause instanceof BuildError) return cause;
  const code = (cause as { code?: unknown } | null)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new BuildError(
      'EP_DISK_FULL',
      `No space left while ${doing}.`,
      'Free some space and build again: what was finished is kept.',
    );
  }
  const text = cause instanceof Error ? cause.message : String(cause);
  return new BuildError(
    'EP_DISK_FAILED',
    `Could not finish ${doing}: ${text}`,
    'Check that the folder exists and can be written to.',
  );
}
