// The URL is the state: what a page shows is read from its query string, and every link writes one.

import { CAUSES, type Cause } from '@everypath/schema';
import { z } from 'zod';

export const PERIODS = {
  '1h': 3_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
} as const;
export type Period = keyof typeof PERIODS;

const text = z.string().max(400).catch('');

export const viewStateSchema = z.object({
  /** Device class: a cell or one of its prefixes; empty for all. */
  class: text.default(''),
  period: z.enum(['1h', '24h', '7d', '30d']).catch('7d').default('7d'),
  /** Comma-separated causes; empty for all. */
  cause: text.default(''),
  specialization: text.default(''),
  tag: text.default(''),
  /** How many levels of the device class make a column of the matrix. */
  depth: z.coerce.number().int().min(1).max(4).catch(3).default(3),
  limit: z.coerce.number().int().min(1).max(500).catch(40).default(40),
});
export type ViewState = z.output<typeof viewStateSchema>;

const DEFAULTS: ViewState = viewStateSchema.parse({});

export const parseState = (query: Record<string, string>): ViewState => viewStateSchema.parse(query);

export function causesOf(state: ViewState): readonly Cause[] {
  const asked = CAUSES.filter((cause) => state.cause.split(',').includes(cause));
  return asked.length > 0 ? asked : CAUSES;
}

/** The address of a page under a state: only what differs from the defaults is written. */
export function link(path: string, state: Partial<ViewState> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) {
    if (value !== DEFAULTS[name as keyof ViewState] && value !== '') query.set(name, String(value));
  }
  const written = query.toString();
  return written ? `${path}?${written}` : path;
}

/** A path whose segments are text of others: `/operators/PIL.Image.resize`. */
export const pathOf = (...segments: readonly string[]): string =>
  segments.map((segment) => `/${encodeURIComponent(segment).replaceAll('%40', '@')}`).join('');

/** The page of a function: `@user/name` keeps its slash. */
export const functionPath = (tag: string, room = 'functions'): string => pathOf(room, ...tag.split('/'));
