// Where builders and workers meet, from the environment: a queue in Postgres, a bucket in S3-compatible storage.

import { z } from 'zod';
import { EXIT, Failure } from '../failure.ts';

const schema = z.object({
  EVERYPATH_POSTGRES_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'expected an address that starts with postgres://'),
  EVERYPATH_S3_URL: z.url({ protocol: /^https?$/ }).refine((text) => new URL(text).pathname.length > 1, {
    message: 'expected the address of a bucket, as in https://s3.example.org/everypath',
  }),
  AWS_ACCESS_KEY_ID: z.string().min(1),
  AWS_SECRET_ACCESS_KEY: z.string().min(1),
  AWS_REGION: z.string().min(1).default('us-east-1'),
});

export interface WorkerConfig {
  readonly postgresUrl: string;
  readonly bucket: {
    readonly url: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly region: string;
  };
}

/** Reads the environment, or fails with the variable that is missing. */
export function readWorkerConfig(env: Readonly<Record<string, string | undefined>>): WorkerConfig {
  const result = schema.safeParse(env);
  if (result.success) {
    return {
      postgresUrl: result.data.EVERYPATH_POSTGRES_URL,
      bucket: {
        url: result.data.EVERYPATH_S3_URL,
        accessKeyId: result.data.AWS_ACCESS_KEY_ID,
        secretAccessKey: result.data.AWS_SECRET_ACCESS_KEY,
        region: result.data.AWS_REGION,
      },
    };
  }
  const issue = result.error.issues[0];
  throw new Failure(
    'EP_CONFIGURATION',
    `${issue?.path.join('.')}: ${issue?.message ?? 'not valid'}`,
    'Workers meet in a Postgres queue (EVERYPATH_POSTGRES_URL) and a bucket (EVERYPATH_S3_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY).',
    EXIT.usage,
  );
}
