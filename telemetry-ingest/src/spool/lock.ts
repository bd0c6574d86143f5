// One process at a time per spool directory: two would load the same segments. The lock is the operating system's, on a
// file in the directory, by way of SQLite: it is gone with its process however that ends, and no stale one is left.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const FILE = 'lock';
/** SQLite's code for a file that another connection holds. */
const BUSY = 5;

/** Locks a directory that exists until the returned function is called, or throws when someone else has. */
export function lockDirectory(directory: string): () => void {
  const database = new DatabaseSync(join(directory, FILE));
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { readonly errcode?: number }).errcode !== BUSY) throw error;
    throw new Error(`the spool ${directory} is in use by another process`);
  }
  let held = true;
  return () => {
    if (held) database.close();
    held = false;
  };
}
