// Why the spool did not take a batch.

/** Why a batch could not be put on disk. */
export class SpoolError extends Error {
  override readonly name = 'SpoolError';
  readonly kind: 'full' | 'disk-full' | 'failed' | 'closed';
  constructor(kind: SpoolError['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

/** What writing failed with, told apart by what a caller can do about it. */
export function asSpoolError(error: unknown): SpoolError {
  if (error instanceof SpoolError) return error;
  const code = (error as NodeJS.ErrnoException)?.code;
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new SpoolError(full ? 'disk-full' : 'failed', `the spool cannot write: ${String(error)}`, error);
}
