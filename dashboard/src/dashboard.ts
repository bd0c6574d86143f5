// The dashboard's routes: every page is a query, rendered as HTML or, under the same address with `.json`, as data.
// No script runs in the browser and nothing is fetched from elsewhere.

import { readFileSync } from 'node:fs';
import { Hono } from 'hono';
import { type Html, nothing } from './html.ts';
import { createModels } from './models.ts';
import { decisionsView } from './pages/decisions.ts';
import { explainView } from './pages/explain.ts';
import { functionView } from './pages/function.ts';
import { homeView } from './pages/home.ts';
import { type Frame, layout } from './pages/layout.ts';
import { missingView } from './pages/missing.ts';
import { operatorView } from './pages/operator.ts';
import { operatorsView } from './pages/operators.ts';
import type { DashboardDependencies } from './ports.ts';
import { functionPath, parseState, pathOf, type ViewState } from './state.ts';
import { type ClassRow, createSampleStore, type Totals } from './store.ts';

const HEADERS = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cache-control': 'no-cache',
};

interface Around {
  readonly classes: readonly ClassRow[];
  readonly totals: Totals;
}

interface Page {
  readonly title: string;
  readonly path: string;
  readonly room: Frame['room'];
  readonly filters: boolean;
  readonly model: object;
  readonly view: (nowMs: number) => Html;
}

type Load = (state: ViewState, around: Around, parameters: readonly string[]) => Promise<Page | null>;

/** One segment of an address; null where its escapes say nothing. */
function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

/** Builds the dashboard over a ClickHouse, the registry's ports and a clock. */
export function createDashboard(dependencies: DashboardDependencies): { readonly app: Hono } {
  const { clock } = dependencies;
  const store = createSampleStore(dependencies.clickhouse);
  const models = createModels(dependencies, store);
  const stylesheet = readFileSync(new URL('./dashboard.css', import.meta.url), 'utf8');
  const icon = readFileSync(new URL('./dashboard.svg', import.meta.url), 'utf8');

  const pages: readonly (readonly [pattern: RegExp, load: Load])[] = [
    [
      /^\/(?:index)?$/,
      async (state, around) => {
        const model = { ...(await models.home(state)), ...around };
        const view = (nowMs: number) => homeView(model, state, nowMs);
        return { title: 'Functions', path: '/', room: 'home', filters: true, model, view };
      },
    ],
    [
      /^\/functions\/(@[^/]+\/[^/]+)$/,
      async (state, _around, [tag = '']) => {
        const model = await models.function(state, tag);
        const view = (nowMs: number) => functionView(model!, state, nowMs);
        return model && { title: tag, path: functionPath(tag), room: 'home', filters: true, model, view };
      },
    ],
    [
      /^\/operators$/,
      async (state) => {
        const model = await models.operators(state);
        const view = () => operatorsView(model, state);
        return { title: 'Operators', path: '/operators', room: 'operators', filters: true, model, view };
      },
    ],
    [
      /^\/operators\/([^/]+)$/,
      async (state, _around, [operator = '']) => {
        const model = await models.operator(state, operator);
        const view = () => operatorView(model, state);
        return {
          title: operator,
          path: pathOf('operators', operator),
          room: 'operators',
          filters: true,
          model,
          view,
        };
      },
    ],
    [
      /^\/decisions$/,
      async (state) => {
        const model = await models.decisions(state);
        const view = (nowMs: number) => decisionsView(model, state, nowMs);
        return { title: 'Decisions', path: '/decisions', room: 'decisions', filters: false, model, view };
      },
    ],
    [
      /^\/explain\/(@[^/]+\/[^/]+)$/,
      async (state, around, [tag = '']) => {
        const model = await models.explain(state, tag, around.classes);
        const view = () => explainView(model!, state);
        return (
          model && {
            title: `Why · ${tag}`,
            path: functionPath(tag, 'explain'),
            room: 'decisions',
            filters: true,
            model,
            view,
          }
        );
      },
    ],
  ];

  const app = new Hono();
  app.get('/dashboard.css', (c) =>
    c.body(stylesheet, 200, { ...HEADERS, 'content-type': 'text/css; charset=utf-8' }),
  );
  app.get('/dashboard.svg', (c) => c.body(icon, 200, { ...HEADERS, 'content-type': 'image/svg+xml' }));

  const show = async (pathname: string, query: Record<string, string>): Promise<Response | null> => {
    const asJson = pathname.endsWith('.json');
    const path = (asJson ? pathname.slice(0, -'.json'.length) : pathname).replaceAll('%40', '@');
    const found = pages.flatMap(([pattern, load]) => {
      const match = pattern.exec(path);
      const parameters = match?.slice(1).map(decoded);
      return parameters?.every((text) => text !== null) ? [{ load, parameters }] : [];
    })[0];
    if (!found) return null;
    const state = parseState(query);
    const everywhere = { ...models.filter(state), deviceClass: '' };
    const [classes, totals] = await Promise.all([store.deviceClasses(everywhere), store.totals(everywhere)]);
    const page = await found.load(state, { classes, totals }, found.parameters);
    if (asJson) {
      return page
        ? Response.json({ page: page.path, state, ...page.model }, { headers: HEADERS })
        : Response.json(
            { error: { code: 'EP_PAGE_NOT_FOUND', message: `nothing at ${path}`, hint: 'See /' } },
            { status: 404, headers: HEADERS },
          );
    }
    const nowMs = clock.nowMs();
    const frame: Frame = {
      title: page?.title ?? 'Not found',
      path: page?.path ?? '/',
      room: page?.room ?? 'home',
      filters: page?.filters ?? false,
      state,
      totals,
      classes,
      nowMs,
    };
    const content = page ? page.view(nowMs) : missingView('function');
    const document = await layout(frame, content ?? nothing);
    return new Response(String(document), {
      status: page ? 200 : 404,
      headers: { ...HEADERS, 'content-type': 'text/html; charset=utf-8' },
    });
  };

  app.get('*', async (c, next) => (await show(new URL(c.req.url).pathname, c.req.query())) ?? next());
  return { app };
}
