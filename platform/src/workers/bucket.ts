// The store that builders and workers share, in a bucket of S3-compatible storage.

import type { SharedStore } from '@everypath/compiler';
import { S3mini } from 's3mini';
import { Failure } from '../failure.ts';
import type { WorkerConfig } from './worker-config.ts';

const HINT = 'Check EVERYPATH_S3_URL and the credentials.';

/** Opens the bucket, which has to exist. */
export async function openBucket({
  url,
  accessKeyId,
  secretAccessKey,
  region,
}: WorkerConfig['bucket']): Promise<SharedStore> {
  const bucket = new S3mini({ endpoint: url, accessKeyId, secretAccessKey, region });
  const exists = await bucket.bucketExists().catch((error: unknown) => {
    throw new Failure('EP_BUCKET', `the storage at ${url} does not answer: ${String(error)}`, HINT);
  });
  if (!exists) throw new Failure('EP_BUCKET', `there is no bucket at ${url}`, `Create it. ${HINT}`);
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
