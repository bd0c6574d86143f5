// The sandbox process: Pyodide under Node's permission model, one source at a time over the IPC channel. Started
// by sandbox.ts only. What untrusted Python could reach in JavaScript is taken away before the first source runs.

import { constants, readFileSync } from 'node:fs';

// By its own address: looking `pyodide` up would read folders that are closed to this process.
const { loadPyodide } = (await import(process.argv[3] ?? 'pyodide')) as typeof import('pyodide');

const PAGE_BYTES = 65_536;
const maxPages = Number(process.argv[2]) / PAGE_BYTES;
const program = ['symbols.py', 'harness.py'].map((file) =>
  readFileSync(new URL(file, import.meta.url), 'utf8'),
);

const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
  // Emscripten turns this into a failed allocation, Python into a MemoryError.
  if (this.buffer.byteLength / PAGE_BYTES + pages > maxPages) throw new RangeError('out of sandbox memory');
  return grow.call(this, pages);
};

// Emscripten asks for these numbers through an interface that the permission model closes.
Reflect.set(process, 'binding', () => ({ fs: constants }));

const ignore = () => {};
const python = await loadPyodide({ stdin: () => null, stdout: ignore, stderr: ignore, jsglobals: {} });
for (const text of program) python.runPython(text);
const inspect = python.globals.get('inspect') as (source: string) => string;

// Kept here and nowhere else: user code must not find the process object.
const host = process;
const post = (message: { readonly ready: true } | { readonly id: number; readonly text: string }) => {
  host.send?.(message);
};
host.on('message', (message: { readonly id: number; readonly source: string }) => {
  post({ id: message.id, text: inspect(message.source) });
});

const TAKEN_AWAY = [
  'process',
  'Buffer',
  'fetch',
  'WebSocket',
  'EventSource',
  'navigator',
  'BroadcastChannel',
];
for (const name of TAKEN_AWAY) Reflect.deleteProperty(globalThis, name);
post({ ready: true });
