// What stops or worries a compilation, as a value: where, what is missing, what to do. Collected, never thrown.

import type { Span } from './ir.ts';

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** Stable, for programs: `EP_UNANNOTATED`. */
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  readonly file: string;
  readonly span: Span | null;
}
