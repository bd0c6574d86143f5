// `everypath doctor`: what this machine has of what everypath uses, and how to get the rest.

import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { type CommandContext, configOf } from '../cli/context.ts';
import { formatTable } from '../cli/table.ts';
import { Failure } from '../failure.ts';

interface Finding {
  readonly name: string;
  readonly why: string;
  readonly status: 'found' | 'missing' | 'optional';
  readonly detail: string;
}

export const doctorCommand = (context: CommandContext): Command =>
  new Command('doctor')
    .description('what is found, what is missing, how to get it')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExit code 1 when something that is needed is missing.')
    .action(async (options: { json?: boolean }) => {
      const findings = await examine(context);
      const { output } = context;
      if (options.json) output.json(findings);
      else {
        const mark = {
          found: output.paint('green', 'found'),
          missing: output.paint('red', 'missing'),
          optional: output.paint('yellow', 'not here'),
        };
        const lines = formatTable(findings, [
          { title: 'what', cell: (row) => row.name },
          { title: '', cell: (row) => mark[row.status] },
          { title: 'what for', cell: (row) => row.why },
          { title: 'where, or how to get it', cell: (row) => row.detail },
        ]);
        for (const line of lines) output.line(line);
      }
      const missing = findings.filter((row) => row.status === 'missing');
      if (missing.length > 0)
        throw new Failure(
          'EP_MISSING',
          `${missing.length} of ${findings.length} are missing`,
          'npm run setup installs what apt has.',
        );
    });

interface Requirement {
  readonly package: string;
  readonly why: string;
  readonly files: readonly string[];
  readonly optional?: boolean;
}

/** The list that the set-up script installs from: plain JavaScript, because it is read before anything is installed. */
async function importRequirements(): Promise<{
  readonly REQUIREMENTS: Readonly<Record<'run' | 'test' | 'prove', readonly Requirement[]>>;
  readonly isMet: (requirement: Requirement) => boolean;
}> {
  return import(new URL('../../../scripts/requirements.mjs', import.meta.url).href);
}

async function examine(context: CommandContext): Promise<readonly Finding[]> {
  const { REQUIREMENTS, isMet } = await importRequirements();
  const config = await configOf(context);
  const [major = 0] = process.versions.node.split('.').map(Number);
  const findings: Finding[] = [
    {
      name: 'node',
      why: 'runs everypath',
      status: major >= 22 ? 'found' : 'missing',
      detail:
        major >= 22 ? process.versions.node : `${process.versions.node} is too old: npm run setup brings 24`,
    },
  ];
  for (const need of new Set([...REQUIREMENTS.test, ...REQUIREMENTS.prove])) {
    const met = isMet(need);
    const known = need.files.find((file) => existsSync(file));
    findings.push({
      name: need.package,
      why: need.why,
      status: met ? 'found' : need.optional || !REQUIREMENTS.run.includes(need) ? 'optional' : 'missing',
      detail: met ? (known ?? 'on PATH') : `apt-get install ${need.package}`,
    });
  }
  for (const [name, why] of [
    ['@electric-sql/pglite', 'embedded Postgres'],
    ['chdb', 'embedded ClickHouse'],
    ['pyodide', 'reads Python'],
    ['koffi', 'calls native programs'],
  ] as const) {
    const found = isInstalled(name);
    findings.push({
      name,
      why,
      status: found ? 'found' : 'missing',
      detail: found ? 'npm package' : 'npm ci',
    });
  }
  findings.push(
    await ping('postgres', 'EVERYPATH_POSTGRES_URL', config.postgresUrl),
    await ping('clickhouse', 'EVERYPATH_CLICKHOUSE_URL', config.clickhouseUrl),
  );
  const { findOwner } = await import('../data-folder.ts');
  const owner = await findOwner(config.dataDir);
  findings.push({
    name: 'services',
    why: 'registry, ingest, selector, dashboard',
    status: owner ? 'found' : 'optional',
    detail: owner ? `${owner.url} (process ${owner.pid})` : 'everypath up',
  });
  return findings;
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** Whether a server that the environment names answers; without a name the embedded one is used. */
async function ping(name: string, variable: string, url: string | undefined): Promise<Finding> {
  const why = 'database server';
  if (!url)
    return { name, why, status: 'optional', detail: `embedded is used; set ${variable} for a server` };
  if (!URL.canParse(url)) return { name, why, status: 'found', detail: 'by a socket: not tried' };
  const { hostname, port } = new URL(url);
  const { connect } = await import('node:net');
  const where = `${hostname}:${port || (name === 'postgres' ? 5432 : 8123)}`;
  const answers = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: hostname, port: Number(where.split(':').at(-1)), timeout: 3000 });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('timeout', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(false));
  });
  return {
    name,
    why,
    status: answers ? 'found' : 'missing',
    detail: answers ? where : `${where} does not answer: check ${variable}`,
  };
}
