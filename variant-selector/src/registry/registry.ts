// The registry as the services see it: every function in memory, swapped whole when Postgres says it changed, so a
// fetch never waits for a database. Writes go through to Postgres first. No SQL here.

import type { Database, Publication, Variant } from '@everypath/schema';
import type { Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import { SelectorError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Kill } from '../policy/kill.ts';
import { addVariant, withVariant } from './add-variant.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { FunctionEntry, Override, Program } from './function-entry.ts';
import { deleteKill, insertKill, listKills } from './policy-store.ts';
import * as store from './registry-store.ts';

export interface RegistryDependencies {
  readonly database: Kysely<Database>;
  readonly artifacts: ArtifactStore;
  readonly clock: Clock;
  readonly log: Log;
}

export class Registry {
  readonly #dependencies: RegistryDependencies;
  #functions: ReadonlyMap<string, FunctionEntry> = new Map();
  #kills: readonly Kill[] = [];
  #refreshing: Promise<void> | null = null;
  #away = false;
  #revision = 0;

  constructor(dependencies: RegistryDependencies) {
    this.#dependencies = dependencies;
  }

  /** Counts the swaps: whatever is derived from the registry is derived anew when this changes. */
  get revision(): number {
    return this.#revision;
  }

  /** Whether the last look at Postgres failed. */
  get away(): boolean {
    return this.#away;
  }

  list(): readonly FunctionEntry[] {
    return [...this.#functions.values()].sort((a, b) => (a.tag < b.tag ? -1 : 1));
  }

  find(tag: string): FunctionEntry | null {
    return this.#functions.get(tag) ?? null;
  }

  get(tag: string): FunctionEntry {
    const entry = this.find(tag);
    if (entry === null)
      throw new SelectorError('EP_FUNCTION_NOT_FOUND', `no function is published as ${tag}`);
    return entry;
  }

  /** A variant of the current or an earlier revision, with its nodes. */
  program(tag: string, variant: string): Program | null {
    return this.find(tag)?.programs.get(variant) ?? null;
  }

  /** Reads what changed in Postgres since the last time; keeps what it has when Postgres is away. */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = null;
    });
    await this.#refreshing;
  }

  async #read(): Promise<void> {
    const { database, log } = this.#dependencies;
    try {
      const versions = await store.functionVersions(database);
      await this.#readKills();
      const next = new Map<string, FunctionEntry>();
      let changed = versions.size !== this.#functions.size;
      for (const [tag, updatedAtMs] of versions) {
        const known = this.#functions.get(tag);
        const entry =
          known?.updatedAtMs === updatedAtMs
            ? known
            : this.#withKills(await store.loadFunction(database, tag));
        if (entry !== null) next.set(tag, entry);
        changed ||= entry !== known;
      }
      if (changed) this.#swap(next);
      this.#away = false;
    } catch (error) {
      if (!this.#away) log.warn({ error: String(error) }, 'the registry is away; serving what is known');
      this.#away = true;
    }
  }

  async #reload(tag: string): Promise<FunctionEntry> {
    const entry = this.#withKills(await store.loadFunction(this.#dependencies.database, tag));
    if (entry === null)
      throw new SelectorError('EP_FUNCTION_NOT_FOUND', `no function is published as ${tag}`);
    this.#swap(new Map(this.#functions).set(tag, entry));
    return entry;
  }

  /** What is switched off. */
  get kills(): readonly Kill[] {
    return this.#kills;
  }

  async addKill(kill: Kill): Promise<void> {
    if (kill.kind === 'variant' && this.program(kill.tag, kill.variant) === null)
      throw new SelectorError('EP_VARIANT_NOT_FOUND', `${kill.tag} has no variant ${kill.variant}`);
    const { database } = this.#dependencies;
    await this.#write(() => insertKill(database, kill));
    await this.#write(() => this.#readKills());
  }

  async removeKill(id: string): Promise<void> {
    const { database } = this.#dependencies;
    if (!(await this.#write(() => deleteKill(database, id))))
      throw new SelectorError('EP_KILL_NOT_FOUND', `nothing is switched off as ${id}`);
    await this.#write(() => this.#readKills());
  }

  /** Entries carry the switches, so that whatever was derived from one is derived anew. */
  async #readKills(): Promise<void> {
    const kills = await listKills(this.#dependencies.database);
    if (kills.map(({ id }) => id).join() === this.#kills.map(({ id }) => id).join()) return;
    this.#kills = kills;
    const functions = [...this.#functions].map(([tag, entry]) => [tag, { ...entry, kills }] as const);
    this.#swap(new Map(functions));
  }

  #withKills(entry: FunctionEntry | null): FunctionEntry | null {
    return entry === null || this.#kills.length === 0 ? entry : { ...entry, kills: this.#kills };
  }

  #swap(functions: ReadonlyMap<string, FunctionEntry>): void {
    this.#functions = functions;
    this.#revision += 1;
  }

  async putArtifact(sha256: string, bytes: Uint8Array): Promise<void> {
    const { artifacts, database, clock } = this.#dependencies;
    await artifacts.put(sha256, bytes);
    await this.#write(() => store.recordArtifact(database, sha256, bytes.byteLength, clock.nowMs()));
  }

  async publish(publication: Publication): Promise<store.Published & { readonly entry: FunctionEntry }> {
    const { artifacts, database, clock } = this.#dependencies;
    checkPaths(publication);
    await refuseLost(artifacts, publication);
    const published = await this.#write(() => store.publish(database, publication, clock.nowMs()));
    return { ...published, entry: await this.#write(() => this.#reload(publication.tag)) };
  }

  /** Adds a variant to the current revision; no other is read again for it. */
  async addVariant(tag: string, variant: Variant): Promise<FunctionEntry> {
    const { artifacts, database, clock } = this.#dependencies;
    const entry = this.get(tag);
    checkPaths({ nodes: entry.nodes, variants: [variant] });
    await refuseLost(artifacts, { variants: [variant] });
    const nowMs = clock.nowMs();
    await this.#write(() => addVariant(database, entry, variant, nowMs));
    const added = withVariant(this.get(tag), variant, nowMs);
    this.#swap(new Map(this.#functions).set(tag, added));
    return added;
  }

  async setOverride(tag: string, override: Override): Promise<FunctionEntry> {
    const { database, clock } = this.#dependencies;
    const program = this.get(tag).programs.get(override.variant);
    if (program === undefined) {
      throw new SelectorError('EP_VARIANT_NOT_FOUND', `${tag} has no variant ${override.variant}`);
    }
    const target = override.scope.split('/')[0] ?? '';
    if (target !== '' && target !== program.variant.target) {
      throw new SelectorError(
        'EP_VARIANT_DOES_NOT_RUN',
        `variant ${override.variant} is for ${program.variant.target}, the scope for ${target}`,
      );
    }
    await this.#write(() => store.setOverride(database, tag, override, clock.nowMs()));
    return this.#write(() => this.#reload(tag));
  }

  async removeOverride(tag: string, scope: string): Promise<FunctionEntry> {
    const { database, clock } = this.#dependencies;
    this.get(tag);
    if (!(await this.#write(() => store.removeOverride(database, tag, scope, clock.nowMs())))) {
      const where = scope === '' ? 'for everyone' : `for ${scope}`;
      throw new SelectorError('EP_OVERRIDE_NOT_FOUND', `${tag} has no override ${where}`);
    }
    return this.#write(() => this.#reload(tag));
  }

  /** Runs a write; a refusal passes through, anything else means that Postgres did not do it. */
  async #write<Result>(run: () => Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof SelectorError) throw error;
      if (error instanceof Error && 'code' in error && UNSTORABLE.has(String(error.code)))
        throw new SelectorError('EP_INVALID_REQUEST', 'a text holds U+0000, which cannot be stored');
      this.#dependencies.log.error({ error: String(error) }, 'a write to the registry failed');
      throw new SelectorError('EP_REGISTRY_UNAVAILABLE', 'the registry did not take the write');
    }
  }
}

/** What Postgres says of U+0000, in a text and in JSON: character_not_in_repertoire, untranslatable_character. */
const UNSTORABLE = new Set(['22021', '22P05']);

function checkPaths(publication: Pick<FunctionEntry, 'nodes' | 'variants'>): void {
  const issues = publication.variants.flatMap((variant, index) =>
    variant.path.length === publication.nodes.length
      ? []
      : [
          {
            path: `variants.${index}.path`,
            message: `${variant.path.length} of ${publication.nodes.length} nodes`,
          },
        ],
  );
  if (issues.length > 0)
    throw new SelectorError('EP_PATH_LENGTH', 'paths and nodes differ in length', issues);
}

/** Metadata may outlive a file that someone deleted: the folder has the last word. */
async function refuseLost(
  artifacts: ArtifactStore,
  publication: Pick<Publication, 'variants'>,
): Promise<void> {
  const issues = [];
  for (const [index, variant] of publication.variants.entries()) {
    if (await artifacts.has(variant.sha256)) continue;
    issues.push({ path: `variants.${index}.sha256`, message: variant.sha256 });
  }
  if (issues.length > 0) {
    throw new SelectorError(
      'EP_ARTIFACTS_MISSING',
      `${issues.length} artifacts are not in the store`,
      issues,
    );
  }
}
