// What the dashboard needs from the rest of the platform: a ClickHouse to query, the registry and selector to ask,
// and a clock. It owns none of them and writes to none of them.

import type { DecidedAnswer, ProgramNode, Reason, Signature, Variant } from '@everypath/schema';

/** The part of `@clickhouse/client` that the store uses: embedded or by URL, it is the same. */
export interface ClickHouseQueries {
  query(request: {
    readonly query: string;
    readonly query_params: Record<string, unknown>;
    readonly format: 'JSONEachRow';
  }): Promise<{ json<Row>(): Promise<Row[]> }>;
}

export interface FunctionSummary {
  readonly tag: string;
  readonly description: string;
  readonly variants: number;
  readonly targets: readonly string[];
  readonly updatedAtMs: number;
}

export interface FunctionDetail {
  readonly tag: string;
  readonly description: string;
  readonly file: string;
  readonly source: string;
  readonly signature: Signature;
  readonly nodes: readonly ProgramNode[];
  readonly toolchain: string;
  readonly variants: readonly Variant[];
  /** The variant that the registry forces, if any. */
  readonly pinned: string | null;
}

export interface Decision extends Omit<DecidedAnswer, 'generation'> {
  readonly id: string;
  readonly atMs: number;
  readonly tag: string;
}

export interface ExplainedNode {
  readonly index: number;
  readonly operator: string;
  readonly operatorVariant: string;
  readonly predictedNs: number | null;
  /** Samples and devices that the prediction rests on. */
  readonly samples: number;
  readonly devices: number;
  /** The device class whose model answered: the device's own or a coarser one. */
  readonly cell: string;
}

export interface ExplainedCandidate {
  readonly variant: string;
  readonly path: readonly string[];
  readonly predictedNs: number | null;
  /** Where the latency lies with 90 % belief; null when nothing was measured. */
  readonly intervalNs: readonly [low: number, high: number] | null;
  /** Whole calls measured in this class. */
  readonly samples: number;
  readonly propensity: number;
  readonly nodes: readonly ExplainedNode[];
}

export interface Explanation {
  readonly tag: string;
  readonly deviceClass: string;
  readonly chosen: string;
  readonly reason: Reason;
  readonly propensity: number;
  readonly summary: string;
  readonly candidates: readonly ExplainedCandidate[];
  /** Variants that this device is not offered, and why. */
  readonly excluded: readonly { readonly variant: string; readonly why: string }[];
}

/** Every sample that came in, and where it is now: received = stored + rejected + duplicate + spooled + set aside. */
export interface Ledger {
  readonly received: number;
  readonly stored: number;
  readonly rejected: number;
  readonly duplicate: number;
  readonly spooled: number;
  /** Refused by ClickHouse or damaged on disk: kept in a folder for people. */
  readonly setAside: number;
}

export interface PlatformQueries {
  functions(): Promise<readonly FunctionSummary[]>;
  function(tag: string): Promise<FunctionDetail | null>;
  decisions(filter: { readonly tag: string | null; readonly limit: number }): Promise<readonly Decision[]>;
  /** The decision the selector would take now for a device of this class; null where it has none. */
  explain(tag: string, deviceClass: string): Promise<Explanation | null>;
  ledger(): Promise<Ledger>;
}

export interface DashboardDependencies {
  readonly clickhouse: ClickHouseQueries;
  readonly platform: PlatformQueries;
  readonly clock: { nowMs(): number };
}
