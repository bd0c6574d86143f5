// Decisions on one function as the text of their columns, written as they come: to write a full batch as JSON at once
// takes a millisecond, which the fetches of that moment would have to wait.

import type { DecisionColumns } from '@everypath/schema';
import type { Decision } from './decision-store.ts';

type Column = keyof DecisionColumns;

/** Device classes as JSON: what devices call themselves may need escapes, and there are few. */
const escaped = new Map<string, string>();
const ESCAPED_KEPT = 10_000;

function asJson(deviceClass: string): string {
  let text = escaped.get(deviceClass);
  if (text === undefined) {
    text = JSON.stringify(deviceClass);
    if (escaped.size >= ESCAPED_KEPT) escaped.clear();
    escaped.set(deviceClass, text);
  }
  return text;
}

/** Collects; the same batch is stored once however often it is sent. */
export class DecisionBatch {
  readonly tag: string;
  /** The first decision's. */
  readonly id: string;
  #size = 0;
  #toMs = 0;
  /** Each begins with a comma too many. */
  readonly #columns: Record<Column, string> = {
    id: '',
    variant: '',
    device: '',
    deviceClass: '',
    reason: '',
    cause: '',
    propensity: '',
    predictedNs: '',
    generation: '',
    decidedAtMs: '',
  };

  constructor(first: Decision) {
    this.tag = first.tag;
    this.id = first.id;
    this.add(first);
  }

  get size(): number {
    return this.#size;
  }

  /** When the newest was made, in ms since 1970. */
  get toMs(): number {
    return this.#toMs;
  }

  /** Identities, reasons and causes are made here or checked at publication: they have nothing to escape. */
  add(decision: Decision): void {
    const columns = this.#columns;
    columns.id += `,"${decision.id}"`;
    columns.variant += `,"${decision.variant}"`;
    columns.device += `,"${decision.device}"`;
    columns.deviceClass += `,${asJson(decision.deviceClass)}`;
    columns.reason += `,"${decision.reason}"`;
    columns.cause += `,"${decision.cause}"`;
    columns.propensity += `,${decision.propensity}`;
    // A number that JSON has not would make the whole batch unreadable.
    const { predictedNs } = decision;
    columns.predictedNs += `,${Number.isFinite(predictedNs) ? predictedNs : null}`;
    columns.generation += `,${decision.generation}`;
    columns.decidedAtMs += `,${decision.decidedAtMs}`;
    this.#size += 1;
    this.#toMs = Math.max(this.#toMs, decision.decidedAtMs);
  }

  /** `DecisionColumns` as JSON. */
  text(): string {
    const columns = Object.entries(this.#columns).map(([name, cells]) => `"${name}":[${cells.slice(1)}]`);
    return `{${columns.join()}}`;
  }
}
