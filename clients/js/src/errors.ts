// What can go wrong in a client, as types a caller can tell apart. Every message says what to do about it.

/** The root of all errors that this package throws on purpose. */
export class EverypathError extends Error {
  override readonly name: string = 'EverypathError';
  /** Set where the program itself is at fault: it is reported, and another takes its place. */
  crash: CrashKind | null = null;
}

/** How a program fails by its own fault: it does not open, or stops in a way that no Python exception describes. */
export type CrashKind = 'load-failed' | 'crashed';

export const isCrash = (error: unknown): error is EverypathError =>
  error instanceof EverypathError && error.crash !== null;

/** Puts the blame for an error on the program. */
export function blameProgram<Blamed extends EverypathError>(kind: CrashKind, error: Blamed): Blamed {
  error.crash = kind;
  return error;
}

/** An argument is not what the signature says. Thrown before the program is entered. */
export class ArgumentError extends EverypathError {
  override readonly name = 'ArgumentError';
  /** The parameter's name; empty when the fault lies with the call as a whole. */
  readonly parameter: string;

  constructor(parameter: string, message: string) {
    super(message);
    this.parameter = parameter;
  }
}

/** The value, program or device is outside what can be represented or run here. */
export class UnsupportedError extends EverypathError {
  override readonly name = 'UnsupportedError';
  /** Where in the Python source a value left what the program can represent; outermost call first. */
  readonly frames: readonly PythonFrame[];

  constructor(message: string, options: ErrorOptions & { readonly frames?: readonly PythonFrame[] } = {}) {
    super(message, options);
    this.frames = options.frames ?? [];
  }
}

/** The program has stopped in a way that no Python exception describes: out of memory, a WebAssembly trap. */
export class ProgramError extends EverypathError {
  override readonly name = 'ProgramError';
}

/** What was downloaded, cached or signed is not what the service published. Nothing of it is run. */
export class IntegrityError extends EverypathError {
  override readonly name = 'IntegrityError';
}

/** The service cannot be reached and the cache cannot stand in for it. */
export class OfflineError extends EverypathError {
  override readonly name = 'OfflineError';
}

/** The service answered with an error of its own. */
export class ServiceResponseError extends EverypathError {
  override readonly name = 'ServiceResponseError';
  readonly status: number;
  /** The service's stable code, e.g. `EP_FUNCTION_NOT_FOUND`; empty when it gave none. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** One line of a Python traceback. */
export interface PythonFrame {
  readonly line: number;
  readonly column: number;
  readonly function: string;
}

/** The Python exception that the function raised. */
export class PythonError extends EverypathError {
  override readonly name = 'PythonError';
  /** Python class, e.g. `ZeroDivisionError`. */
  readonly type: string;
  /** The exception's own text, without the class. */
  readonly pythonMessage: string;
  /** Outermost call first. */
  readonly frames: readonly PythonFrame[];
  /** The traceback as CPython prints it. */
  readonly traceback: string;

  constructor(type: string, pythonMessage: string, frames: readonly PythonFrame[], file: string) {
    const last = pythonMessage === '' ? type : `${type}: ${pythonMessage}`;
    super(last);
    this.type = type;
    this.pythonMessage = pythonMessage;
    this.frames = frames;
    const lines = frames.map((frame) => `  File "${file}", line ${frame.line}, in ${frame.function}`);
    const head = lines.length > 0 ? ['Traceback (most recent call last):', ...lines] : [];
    this.traceback = [...head, last].join('\n');
  }
}
