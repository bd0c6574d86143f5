// JSON that a schema of an OpenAPI document allows, at its boundaries more often than between them.

import type { SeededRandom } from '../../telemetry-ingest/test/faults/seeded-random.ts';

/** The parts of JSON Schema that the document uses. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly prefixItems?: readonly JsonSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly format?: string;
}

export type SchemaLookup = (reference: string) => JsonSchema | undefined;

/** Strings of the shapes that patterns here ask for. */
const SHAPES = [
  '@ada/preprocess',
  '@nobody/nothing',
  'ada',
  'preprocess',
  '0123456789abcdef',
  '0'.repeat(64),
  'linux-x86_64',
  'wasm32',
  '00000000-0000-4000-8000-000000000000',
  'YWJj',
  '1',
  'auto',
];

const MAX_DEPTH = 8;

/** One value of a schema. */
export function jsonOf(schema: JsonSchema, random: SeededRandom, lookup: SchemaLookup, depth = 0): unknown {
  if (schema.$ref !== undefined) {
    const target = lookup(schema.$ref);
    return target && depth < MAX_DEPTH ? jsonOf(target, random, lookup, depth + 1) : null;
  }
  if ('const' in schema) return schema.const;
  if (schema.enum) return random.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return depth < MAX_DEPTH ? jsonOf(random.pick(choices), random, lookup, depth + 1) : null;
  if (schema.allOf) {
    return Object.assign({}, ...schema.allOf.map((part) => jsonOf(part, random, lookup, depth + 1)));
  }
  const type = Array.isArray(schema.type) ? random.pick(schema.type as readonly string[]) : schema.type;
  switch (type) {
    case 'object':
      return objectOf(schema, random, lookup, depth);
    case 'array': {
      if (schema.prefixItems)
        return schema.prefixItems.map((item) => jsonOf(item, random, lookup, depth + 1));
      const least = schema.minItems ?? 0;
      const length =
        depth < MAX_DEPTH ? random.between(least, Math.min(least + 3, schema.maxItems ?? 3)) : least;
      return Array.from({ length }, () => jsonOf(schema.items ?? {}, random, lookup, depth + 1));
    }
    case 'string':
      return stringOf(schema, random);
    case 'integer':
    case 'number':
      return numberOf(schema, random, type === 'integer');
    case 'boolean':
      return random.chance(0.5);
    default:
      return random.pick([null, 0, 'text', [], {}]);
  }
}

function objectOf(schema: JsonSchema, random: SeededRandom, lookup: SchemaLookup, depth: number): unknown {
  const value: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const required = schema.required?.includes(name) === true;
    if (required || random.chance(0.7)) value[name] = jsonOf(property, random, lookup, depth + 1);
  }
  if (typeof schema.additionalProperties === 'object' && depth < MAX_DEPTH) {
    value[random.pick(SHAPES)] = jsonOf(schema.additionalProperties, random, lookup, depth + 1);
  }
  return value;
}

function stringOf(schema: JsonSchema, random: SeededRandom): string {
  if (schema.format === 'uuid') {
    const hex = [...random.bytes(16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
  if (schema.pattern !== undefined) {
    const pattern = new RegExp(schema.pattern, 'u');
    const fitting = SHAPES.filter((shape) => pattern.test(shape));
    if (fitting.length > 0) return random.pick(fitting);
  }
  const least = schema.minLength ?? 0;
  const most = schema.maxLength ?? least + 40;
  const length = random.pick([least, Math.min(most, least + 1), Math.min(most, least + 20), most]);
  return random.pick(['a', 'é', '0', "'", '\\', '🦊', '\u0000']).repeat(length).slice(0, length);
}

function numberOf(schema: JsonSchema, random: SeededRandom, whole: boolean): number {
  const low = schema.minimum ?? -1e6;
  const high = schema.maximum ?? 1e6;
  const value = random.pick([low, high, 0, 1, low + random.next() * (high - low)]);
  return whole ? Math.round(value) : value;
}
