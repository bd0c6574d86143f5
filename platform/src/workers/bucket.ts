// The store that builders and workers share, in a bucket of S3-compatible storage.

import type { SharedStore } from '@everypath/compiler';
import { S3mini } from 's3mini';
import { Failure } from '../failure.ts';
import type { WorkerConfig } from './worker-config.ts';

/** Opens the bucket, and makes it where it is not there yet. */
export async function openBucket({
  url,
  accessKeyId,
  secretAccessKey,
  region,
}: WorkerConfig['bucket']): Promise<SharedStore> {
  const bucket = new S3mini({ endpoint: url, accessKeyId, secretAccessKey, region });
  try {
    if (!(await bucket.bucketExists())) await bucket.createBucket();
  } catch (error) {
    throw new Failure(
      'EP_BUCKET',
      `the bucket at ${url} does not answer: ${error instanceof Error ? error.message : String(error)}`,
      'Check EVERYPATH_S3_URL and the credentials.',
    );
  }
  return {
    async read(name) {
      const bytes = await bucket.getObjectArrayBuffer(name);
      return bytes === null ? undefined : new Uint8Array(bytes);
    },
    async write(name, bytes) {
      await bucket.putObject(name, bytes, 'application/octet-stream');
    },
  };
}
