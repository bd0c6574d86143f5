// What a machine needs beside Node and npm, as data: which Debian package brings it, and which files show that it
// is there. Plain JavaScript without dependencies, because it is read before anything is installed.

import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * `files`: any one of them shows that the package (or the same thing from elsewhere) is there; `*` stands for one
 * folder name. `commands`: any one of them on PATH does too. An `optional` one only narrows what can be shown.
 * @typedef {{ package: string, why: string, files: readonly string[], commands?: readonly string[], optional?: boolean }} Requirement
 */

/** @type {readonly Requirement[]} */
const run = [
  { package: 'clang-19', why: 'compiles C++ for all targets', files: ['/usr/lib/llvm-19/bin/clang'] },
  { package: 'lld-19', why: 'links for all targets', files: ['/usr/lib/llvm-19/bin/lld'] },
  {
    package: 'llvm-19',
    why: 'import libraries, stubs, object inspection',
    files: ['/usr/lib/llvm-19/bin/llvm-objdump'],
  },
  { package: 'libc++-19-dev', why: 'C++ headers', files: ['/usr/lib/llvm-19/include/c++/v1/vector'] },
  { package: 'wasi-libc', why: 'C library for wasm32', files: ['/usr/lib/wasm32-wasi/libc.a'] },
  { package: 'python3', why: 'CPython, the oracle', files: ['/usr/bin/python3'] },
  {
    package: 'python3-numpy',
    why: 'NumPy, the oracle',
    files: ['/usr/lib/python3/dist-packages/numpy/__init__.py'],
  },
  {
    package: 'python3-pil',
    why: 'Pillow, the oracle',
    files: ['/usr/lib/python3/dist-packages/PIL/__init__.py'],
  },
  {
    package: 'chromium',
    why: 'runs WebAssembly programs in a browser',
    files: ['/usr/bin/chromium'],
    commands: ['chromium', 'google-chrome'],
    optional: true,
  },
  {
    package: 'libopenblas0-pthread',
    why: "OpenBLAS, which programs call where it is installed, and NumPy's matrix products at their best",
    files: ['/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3', '/usr/lib/*/openblas-pthread'],
    optional: true,
  },
];

/** @type {readonly Requirement[]} */
const test = [
  ...run,
  {
    package: 'libclang-rt-19-dev',
    why: 'the sanitizers that operator variants are admitted under',
    files: [
      '/usr/lib/llvm-19/lib/clang/19/lib/linux/libclang_rt.asan-x86_64.so',
      '/usr/lib/llvm-19/lib/clang/*/lib/linux',
    ],
    optional: true,
  },
  { package: 'git', why: 'lists the files of the repository', files: ['/usr/bin/git'], commands: ['git'] },
  {
    package: 'postgresql',
    why: 'the server database that the stores are tested on',
    files: ['/usr/lib/postgresql/*/bin/initdb'],
    commands: ['initdb'],
  },
];

/**
 * What executes programs of other systems: 110 MB to download, most of it Wine. Without it they are inspected, so
 * that neither running nor testing waits for it.
 * @type {readonly Requirement[]}
 */
const prove = [
  ...run,
  {
    package: 'qemu-user',
    why: 'executes programs for arm64, and for levels that this processor lacks',
    files: ['/usr/bin/qemu-aarch64', '/usr/bin/qemu-aarch64-static'],
    commands: ['qemu-aarch64'],
    optional: true,
  },
  {
    package: 'libc6-arm64-cross',
    why: 'C library for programs on arm64',
    files: ['/usr/aarch64-linux-gnu/lib/libc.so.6'],
    optional: true,
  },
  {
    package: 'wine64',
    why: 'executes programs for windows-x86_64',
    files: ['/usr/lib/wine/wine64', '/usr/bin/wine64', '/opt/wine-stable/bin/wine64'],
    commands: ['wine64'],
    optional: true,
  },
];

/** @type {readonly Requirement[]} */
const bench = [
  ...prove,
  { package: 'g++', why: 'the C++ that fma is compared with', files: ['/usr/bin/g++'], commands: ['g++'] },
  {
    package: 'rustc',
    why: 'the Rust that fma is compared with',
    files: ['/usr/bin/rustc'],
    commands: ['rustc'],
  },
  {
    package: 'python3-opencv',
    why: 'OpenCV, which operators are compared with',
    files: [
      '/usr/lib/python3/dist-packages/cv2.cpython-311-x86_64-linux-gnu.so',
      '/usr/lib/python3/dist-packages/cv2',
    ],
    optional: true,
  },
  {
    package: 'python3-scipy',
    why: 'SciPy, which operators are compared with',
    files: ['/usr/lib/python3/dist-packages/scipy/__init__.py'],
  },
];

/** What each purpose needs. */
export const REQUIREMENTS = { run, test, prove, bench };

const present = (pattern) => {
  const star = pattern.indexOf('*');
  if (star < 0) return existsSync(pattern);
  const folder = pattern.slice(0, star);
  return existsSync(folder) && readdirSync(folder).some((name) => existsSync(pattern.replace('*', name)));
};

/** Whether a requirement is met on this machine. */
export const isMet = (requirement, path = process.env.PATH ?? '') =>
  requirement.files.some(present) ||
  (requirement.commands ?? []).some((command) =>
    path.split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, command))),
  );

/** The requirements of a purpose that this machine does not meet. */
export const missingFor = (purpose) => REQUIREMENTS[purpose].filter((requirement) => !isMet(requirement));
