// Scratch memory that a program can read: where arguments are laid out before a call. One interface over native
// memory and WebAssembly's, so that marshalling is written once.

/** Addresses are numbers: every target's user space lies below 2^53. */
export interface Arena {
  /** Whether arrays are copied into the arena (WebAssembly) or read where they lie (native). */
  readonly copies: boolean;
  /** Address of the arena's first byte. Changes when the arena grows. */
  readonly base: number;
  /** The arena's bytes. Take it anew after any call into the program: WebAssembly memory moves when it grows. */
  readonly view: DataView;
  /** Makes the arena at least this large. What it held is lost when it grows. */
  ensure(bytes: number): void;
  /** A copy of the program's memory from an address on, in a buffer of its own. */
  copy(address: number, bytes: number): Uint8Array<ArrayBuffer>;
  /** Address of data that the program can read where it lies; only asked where `copies` is false. */
  addressOf(data: ArrayBufferView): number;
}

/** Hands out the arena's bytes in turn while one call's arguments are written. */
export interface Cursor {
  readonly arena: Arena;
  readonly view: DataView;
  /** Offset of the next free byte, 16-aligned. */
  top: number;
}
