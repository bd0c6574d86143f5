// Names of the spool's files. A segment's id is also its deduplication token in ClickHouse, so it never repeats,
// not even when a spool directory is wiped and numbering starts again: hence the random part.

export interface Segment {
  /** `000000000042-<uuid>`. */
  readonly id: string;
  readonly path: string;
  readonly bytes: number;
  readonly batches: number;
  readonly samples: number;
}

export type SegmentState = 'open' | 'sealed';

/** poison: ClickHouse refuses the one batch in it. damaged: the disk altered some of it; its sound batches are stored. */
export type AsideReason = 'poison' | 'damaged';

const NAME = /^((\d{12})-[0-9a-f-]{36})\.(open|sealed)$/;

export const segmentId = (sequence: number, uuid: string): string =>
  `${String(sequence).padStart(12, '0')}-${uuid}`;

export const segmentFile = (id: string, state: SegmentState): string => `${id}.${state}`;

/** What a file name says, or undefined for a file that is not a segment. */
export function parseSegmentFile(
  name: string,
): { readonly id: string; readonly sequence: number; readonly state: SegmentState } | undefined {
  const match = NAME.exec(name);
  if (!match) return undefined;
  return { id: match[1]!, sequence: Number(match[2]), state: match[3] === 'open' ? 'open' : 'sealed' };
}

export const asideFile = (id: string, reason: AsideReason): string => `${id}.${reason}`;
