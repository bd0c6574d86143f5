// What a command ends with when it cannot do what was asked: one sentence, what to do about it, an exit code.

/** An expected failure. Anything else that reaches the top is a fault of ours. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: string;
  readonly hint: string;
  readonly exitCode: number;

  constructor(code: string, message: string, hint = '', exitCode = 1) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** Exit codes: what was asked failed; the command line was wrong. */
export const EXIT = { failed: 1, usage: 2 } as const;
