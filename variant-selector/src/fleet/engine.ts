// What the simulated devices talk to: fetch, report, and a moment at which the service fits. One engine is the product's
// policy and models in this process; the platform has another that goes over HTTP.

import { WHOLE_CALL_OPERATOR } from '@everypath/schema';
import { median } from 'simple-statistics';
import { isaRanks } from '../model/cold-prior.ts';
import { emptyModels, fitModels } from '../model/fit.ts';
import type { Moment, Observation, SizeObservation } from '../model/observation.ts';
import type { Knowledge } from '../policy/decision.ts';
import { viewOf } from '../policy/eligible.ts';
import { DEFAULT_POLICY, type PolicyOptions } from '../policy/options.ts';
import { Policy } from '../policy/policy.ts';
import type { PolicyEvent } from '../policy/standings.ts';
import { believed } from '../refit/device-trust.ts';
import { forgetBeforeChanges } from '../refit/drift.ts';
import type { FunctionEntry, Program } from '../registry/function-entry.ts';
import type { Measured } from './device.ts';
import type { FetchEvent } from './schedule.ts';
import type { World } from './world.ts';

export interface EngineAnswer {
  readonly variant: string;
  readonly reason: string;
  readonly propensity: number;
}

export interface Engine<Ticket = unknown> {
  /** How it is reached, for the report. */
  readonly via: string;
  /** Fetches of one class come in order; those of different classes may come together. */
  fetch(event: FetchEvent): Promise<EngineAnswer & { readonly ticket: Ticket }>;
  report(event: FetchEvent, ticket: Ticket, measured: readonly Measured[]): Promise<void>;
  /** All reported so far is fitted when it resolves. */
  refit(atMs: number): Promise<{ readonly changes: readonly string[] }>;
  close(): Promise<void>;
}

/** The function of a world as the registry knows it. */
export function entryOf(world: World): FunctionEntry {
  const signature = { parameters: [], result: { kind: 'none' as const } };
  const { tag, nodes, variants } = world;
  return {
    tag,
    revision: 1,
    description: 'Simulated.',
    file: 'simulated.py',
    source: '',
    signature,
    nodes,
    irText: '',
    irHash: '',
    toolchain: 'simulated',
    publishedAtMs: 0,
    updatedAtMs: 0,
    variants,
    programs: new Map(
      variants.map((variant): [string, Program] => [variant.id, { tag, variant, nodes, signature }]),
    ),
    overrides: [],
  };
}

/** Newest sessions kept of one operator variant in one class, as the sample store bounds what it reads. */
const SESSIONS_KEPT = 96;

interface Session {
  readonly device: string;
  readonly moment: Moment;
}

/** The product's policy and models without stores or network. */
export function inProcessEngine(
  world: World,
  options: {
    readonly seed: string;
    readonly policy?: Partial<PolicyOptions>;
    readonly onEvent?: (event: PolicyEvent) => void;
  },
): Engine<string> {
  const entry = entryOf(world);
  const ranks = isaRanks([entry]);
  const policy = new Policy({ ...DEFAULT_POLICY, ...options.policy }, options.seed, options.onEvent);
  let knowledge: Knowledge = { models: emptyModels, ranks, generation: 0 };
  const cells = new Map<string, { readonly about: Observation; sessions: Session[] }>();

  const add = (event: FetchEvent, about: Observation, samplesNs: readonly number[]): void => {
    const key = `${about.deviceClass}\n${about.operator}\n${about.operatorVariant}`;
    let cell = cells.get(key);
    if (cell === undefined) {
      cell = { about, sessions: [] };
      cells.set(key, cell);
    }
    const moment: Moment = [
      `${event.session}`,
      Math.log(median([...samplesNs])),
      samplesNs.length,
      event.atMs,
    ];
    cell.sessions.push({ device: event.device.id, moment });
    if (cell.sessions.length > SESSIONS_KEPT) cell.sessions.shift();
  };
  return {
    via: 'in process',
    async fetch({ device }) {
      const { device: features } = world.classes[device.classIndex]!;
      const answer = policy.decide(entry, knowledge, {
        device: viewOf(features),
        deviceId: device.id,
        explore: true,
        bench: false,
      });
      const { variant, reason, propensity } = answer;
      return { variant: variant.id, reason, propensity, ticket: variant.id };
    },
    async report(event, variantId, measured) {
      const { variant } = entry.programs.get(variantId)!;
      const deviceClassName = world.classes[event.device.classIndex]!.name;
      for (const { node, samplesNs } of measured) {
        const whole = node < 0;
        add(
          event,
          {
            deviceClass: deviceClassName,
            operator: whole ? WHOLE_CALL_OPERATOR : world.nodes[node]!.operator,
            specialization: whole ? world.tag : world.nodes[node]!.specialization,
            operatorVariant: whole ? variantId : variant.path[node]!,
            features: whole ? [] : [1000],
            device: '',
            logNs: 0,
            samples: 0,
            sessions: 0,
            sessionVariance: 0,
          },
          samplesNs,
        );
      }
    },
    async refit() {
      const observations = [...cells.values()].flatMap(({ about, sessions }) =>
        [...Map.groupBy(sessions, (session) => session.device)].map(([device, own]) =>
          condense(
            about,
            device,
            own.map(({ moment }) => moment),
          ),
        ),
      );
      const { observations: newest, changes } = forgetBeforeChanges(observations);
      const current = believed(newest);
      const sizes = current
        .filter((each) => each.operator !== WHOLE_CALL_OPERATOR)
        .map(
          (each): SizeObservation => ({
            ...each,
            tag: world.tag,
            node: world.nodes.findIndex((node) => node.operator === each.operator),
          }),
        );
      const models = fitModels(current, sizes, ranks);
      knowledge = { models, ranks, generation: knowledge.generation + 1 };
      return { changes: changes.map((change) => `${change.deviceClass} ${change.operatorVariant}`) };
    },
    async close() {},
  };
}

function condense(about: Observation, device: string, moments: readonly Moment[]): Observation {
  const levels = moments.map(([, logNs]) => logNs);
  const mean = levels.reduce((sum, each) => sum + each, 0) / levels.length;
  const squares = levels.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  return {
    ...about,
    device,
    logNs: median(levels),
    samples: moments.reduce((sum, [, , samples]) => sum + samples, 0),
    sessions: moments.length,
    sessionVariance: levels.length > 1 ? squares / (levels.length - 1) : 0,
    moments,
  };
}
