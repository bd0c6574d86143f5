// The description of the whole HTTP interface, from the same schemas that check requests.

import type { OpenAPIHono } from '@hono/zod-openapi';

/** OpenAPI 3.1 of every documented route mounted on the app. */
export const openApiDocument = (app: OpenAPIHono) =>
  app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'everypath',
      version: '0.1.0',
      description:
        'Registry, fetch, telemetry. Devices need no credentials; developers write with the publish token.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
  });
