// PNG files into images of 8 bits a channel, by `fast-png`.

import type { Image } from '@everypath/client';
import { decode } from 'fast-png';
import { Failure } from '../failure.ts';

/** Decodes a PNG's bytes; `name` is for messages. */
export function readPng(
  bytes: Uint8Array,
  name: string,
): Image & { readonly channels: number; readonly data: Uint8Array } {
  const refuse = (why: string): Failure =>
    new Failure('EP_ARGUMENT', `${name}: ${why}`, 'Save it as a PNG of 8 bits a channel.');
  let png: ReturnType<typeof decode>;
  try {
    png = decode(bytes);
  } catch (error) {
    throw refuse(`not a PNG that can be read (${error instanceof Error ? error.message : String(error)})`);
  }
  const { data, width, height, channels, depth, palette } = png;
  if (depth !== 8 || palette || channels === 2 || !(data instanceof Uint8Array)) {
    throw refuse(
      `a PNG of ${palette ? 'palette colours' : `${channels} channels of ${depth} bits`} is not read`,
    );
  }
  return { data, width, height, channels };
}
