// Decisions on one function on their way to Postgres. They are kept as they come and made text when they are sent: texts
// that grow with each decision are chains of small strings, which the garbage collector took 20 ms at a time to move.

import type { DecisionColumns } from '@everypath/schema';
import type { Decision } from './decision-store.ts';

/** Collects; the same batch is stored once however often it is sent. */
export class DecisionBatch {
  readonly tag: string;
  /** The first decision's. */
  readonly id: string;
  readonly #decisions: Decision[];

  constructor(first: Decision) {
    this.tag = first.tag;
    this.id = first.id;
    this.#decisions = [first];
  }

  get size(): number {
    return this.#decisions.length;
  }

  /** When the newest was made, in ms since 1970. */
  get toMs(): number {
    return this.#decisions.reduce((newest, { decidedAtMs }) => Math.max(newest, decidedAtMs), 0);
  }

  add(decision: Decision): void {
    this.#decisions.push(decision);
  }

  /** `DecisionColumns` as JSON. */
  text(): string {
    const column = <Key extends keyof Decision>(key: Key): Decision[Key][] =>
      this.#decisions.map((decision) => decision[key]);
    const columns: DecisionColumns = {
      id: column('id'),
      variant: column('variant'),
      device: column('device'),
      deviceClass: column('deviceClass'),
      reason: column('reason'),
      cause: column('cause'),
      propensity: column('propensity'),
      predictedNs: column('predictedNs'),
      generation: column('generation'),
      decidedAtMs: column('decidedAtMs'),
    };
    return JSON.stringify(columns);
  }
}
