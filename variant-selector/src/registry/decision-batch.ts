// Decisions on one function on their way to Postgres. They are kept column by column and made text when they are sent:
// objects, and texts that grow with each decision, are what the garbage collector moves while fetches wait.

import type { DecidedAnswer, DecisionColumns } from '@everypath/schema';
import type { Decision } from './decision-store.ts';
import { TextColumn } from './text-column.ts';

/** Collects; the same batch is stored once however often it is sent. */
export class DecisionBatch {
  readonly tag: string;
  /** The first decision's. */
  readonly id: string;
  readonly #fromMs: number;
  readonly #ids = new TextColumn();
  readonly #devices = new TextColumn();
  readonly #after: number[] = [];
  readonly #places: number[] = [];
  readonly #answers: DecidedAnswer[] = [];
  /** Places of answers by device class and variant: a handful each. */
  readonly #known = new Map<string, Map<string, number[]>>();

  constructor(first: Decision) {
    this.tag = first.tag;
    this.id = first.id;
    this.#fromMs = first.decidedAtMs;
    this.add(first);
  }

  get size(): number {
    return this.#places.length;
  }

  /** When the newest was made, in ms since 1970. */
  get toMs(): number {
    return this.#fromMs + this.#after.reduce((newest, ms) => Math.max(newest, ms), 0);
  }

  add(decision: Decision): void {
    this.#ids.add(decision.id);
    this.#devices.add(decision.device);
    this.#after.push(decision.decidedAtMs - this.#fromMs);
    this.#places.push(this.#placeOf(decision));
  }

  /** `DecisionColumns` as JSON. */
  text(): string {
    const columns: DecisionColumns = {
      ids: this.#ids.toString(),
      devices: this.#devices.toString(),
      answer: this.#places,
      answers: this.#answers,
      fromMs: this.#fromMs,
      afterMs: this.#after,
    };
    return JSON.stringify(columns);
  }

  #placeOf(decision: Decision): number {
    const { variant, deviceClass, reason, cause, propensity, predictedNs, generation } = decision;
    const places = this.#placesOf(deviceClass, variant);
    for (const place of places) {
      const known = this.#answers[place]!;
      if (
        known.reason === reason &&
        known.cause === cause &&
        known.propensity === propensity &&
        known.predictedNs === predictedNs &&
        known.generation === generation
      )
        return place;
    }
    const place = this.#answers.length;
    this.#answers.push({ variant, deviceClass, reason, cause, propensity, predictedNs, generation });
    places.push(place);
    return place;
  }

  #placesOf(deviceClass: string, variant: string): number[] {
    let ofClass = this.#known.get(deviceClass);
    if (ofClass === undefined) {
      ofClass = new Map();
      this.#known.set(deviceClass, ofClass);
    }
    let places = ofClass.get(variant);
    if (places === undefined) {
      places = [];
      ofClass.set(variant, places);
    }
    return places;
  }
}
