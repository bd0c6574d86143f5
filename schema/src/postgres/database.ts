// The tables of the registry in Postgres, as kysely types. Data only: the SQL lives with the selector's store.

import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { LibraryName } from '../libraries.ts';
import type { Reason } from '../manifest.ts';
import type { ProgramNode, Proof, Signature } from '../program.ts';
import type { IsaLevel, TargetName } from '../targets.ts';
import type { Cause } from '../telemetry.ts';

type Json<Value extends object | null> = JSONColumnType<Value, string, string>;
type CreatedAt = ColumnType<Date, Date, never>;

/** A tag and the revision it stands for now. */
export interface FunctionsTable {
  readonly tag: string;
  readonly current_revision: number;
  readonly created_at: CreatedAt;
  readonly updated_at: ColumnType<Date, Date, Date>;
}

/** One publication of a function. `digest` is the SHA-256 of what was published, so that a repeat is recognised. */
export interface RevisionsTable {
  readonly id: Generated<number>;
  readonly tag: string;
  readonly digest: string;
  readonly description: string;
  readonly file: string;
  readonly source: string;
  readonly signature: Json<Signature>;
  readonly nodes: Json<readonly ProgramNode[]>;
  readonly ir_text: string;
  readonly ir_hash: string;
  readonly toolchain: string;
  /** SHA-256 of the artifact with the function's cases; null where none were published. */
  readonly cases: string | null;
  readonly published_at: CreatedAt;
}

/** One binary of a revision. */
export interface VariantsTable {
  readonly revision_id: number;
  readonly id: string;
  readonly target: TargetName;
  readonly isa_level: IsaLevel;
  readonly path: Json<readonly string[]>;
  readonly sha256: string;
  readonly size_bytes: number;
  readonly proof: Json<Proof>;
  /** Null where it calls none. */
  readonly libraries: ColumnType<readonly LibraryName[] | null, string | null, string | null>;
}

/** What is known of a binary; its bytes are in the artifact store. */
export interface ArtifactsTable {
  readonly sha256: string;
  readonly size_bytes: number;
  readonly stored_at: CreatedAt;
}

/** A pin: serve this variant, to everyone (`scope` empty), to a target, or to device classes that start with `scope`. */
export interface OverridesTable {
  readonly tag: string;
  readonly scope: string;
  readonly variant: string;
  readonly note: string;
  readonly created_at: ColumnType<Date, Date, Date>;
}

/** What a fetch was answered with, and why. */
export interface DecidedAnswer {
  readonly variant: string;
  readonly deviceClass: string;
  readonly reason: Reason;
  readonly cause: Cause;
  /** Probability with which the policy served this variant to this device; 1 when it had no say. */
  readonly propensity: number;
  readonly predictedNs: number | null;
  /** Generation of the models that decided. */
  readonly generation: number;
}

/** Decisions column by column, each as long as the batch; answers, which repeat, once for all that got them. */
export interface DecisionColumns {
  /** With commas between them. */
  readonly ids: string;
  /** Hashes of the devices' random ids, with commas between them. */
  readonly devices: string;
  /** Places among `answers`. */
  readonly answer: readonly number[];
  readonly answers: readonly DecidedAnswer[];
  /** When the first was made, in ms since 1970. */
  readonly fromMs: number;
  /** When each was made, in ms since `fromMs`. */
  readonly afterMs: readonly number[];
}

/** As batches were stored until answers were said once. Times are in ms since 1970. */
export type PlainDecisionColumns = {
  readonly id: readonly string[];
  readonly device: readonly string[];
  readonly decidedAtMs: readonly number[];
} & {
  readonly [Column in keyof DecidedAnswer]: readonly DecidedAnswer[Column][];
};

/** Decisions on one function. */
export interface DecisionBatchesTable {
  /** The first decision's. */
  readonly id: string;
  readonly tag: string;
  readonly decisions: number;
  /** When the newest was made, in ms since 1970. */
  readonly to_ms: number;
  readonly body: Json<DecisionColumns | PlainDecisionColumns>;
}

/** The last fitted models, kept so that a restart without telemetry goes on serving what was known. */
export interface ModelSnapshotsTable {
  readonly generation: number;
  readonly fitted_at: CreatedAt;
  readonly body: string;
}

/** What the policy remembers of one function on one device class: plain JSON that only the policy reads. */
export interface PolicyStatesTable {
  readonly tag: string;
  readonly device_class: string;
  readonly body: string;
  readonly updated_at: ColumnType<Date, Date, Date>;
}

/** A kill switch: of a variant (`tag`, `variant`), or of an operator variant (`operator`, `operator_variant`). */
export interface KillsTable {
  readonly id: string;
  readonly kind: 'variant' | 'operator-variant';
  readonly tag: string | null;
  readonly variant: string | null;
  readonly operator: string | null;
  readonly operator_variant: string | null;
  readonly scope: string;
  readonly note: string;
  readonly created_at: CreatedAt;
}

export interface Database {
  readonly functions: FunctionsTable;
  readonly revisions: RevisionsTable;
  readonly variants: VariantsTable;
  readonly artifacts: ArtifactsTable;
  readonly overrides: OverridesTable;
  readonly decision_batches: DecisionBatchesTable;
  readonly model_snapshots: ModelSnapshotsTable;
  readonly policy_states: PolicyStatesTable;
  readonly kills: KillsTable;
}
