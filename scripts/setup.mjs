// Brings a fresh machine to where the repository runs, and does nothing, at once, where it already does. Needs
// Node 20 and npm alone. Installs system packages only as root on Debian 12 or later; elsewhere it names them.
//
//   node scripts/setup.mjs [--for run|test|prove|bench] [--quiet]

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingFor, REQUIREMENTS } from './requirements.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Why `node_modules` is not what the lock file says, or null when it is. */
export function packagesOutdated(folder) {
  const installed = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return 'nothing installed yet';
  const wanted = readJson(join(folder, 'package-lock.json')).packages;
  const have = readJson(installed).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = have[path];
    if (!found && !entry.optional) return `${path} is missing`;
    if (found && (found.version !== entry.version || found.integrity !== entry.integrity)) {
      return `${path} is ${found.version}, not ${entry.version}`;
    }
  }
  if (!existsSync(join(folder, 'node_modules', '.bin', 'node'))) return 'Node 24 is missing';
  return null;
}

/** Whether apt can be trusted to know the packages: Debian 12 or later, by its own description. */
export function isDebian(osRelease) {
  const field = (name) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1] ?? '';
  return field('ID') === 'debian' && Number(field('VERSION_ID') || Number.POSITIVE_INFINITY) >= 12;
}

const quietly = { stdio: ['ignore', 'pipe', 'pipe'] };

/** Runs a command; resolves to its exit code and output, shown only when it fails. */
function execute(command, args, environment = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...environment }, ...quietly });
    let output = '';
    const collect = (chunk) => {
      output = (output + chunk).slice(-20_000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

async function step(label, work) {
  const start = performance.now();
  console.log(`setup: ${label} …`);
  const { code, output } = await work();
  if (code === 0) console.log(`setup: ${label}: done in ${seconds(start)}`);
  else console.error(`setup: ${label}: failed (exit ${code})\n${output.trimEnd()}`);
  return code === 0;
}

function installPackages(reason) {
  // A tree that is there is brought up to date rather than thrown away: it holds half a gigabyte of databases.
  const fresh = !existsSync(join(root, 'node_modules', '.package-lock.json'));
  const args = fresh ? ['ci'] : ['install', '--no-save'];
  return step(`npm ${args.join(' ')} (${reason})`, () =>
    execute('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error']),
  );
}

const APT = ['-o', 'DPkg::Lock::Timeout=300', '-qq'];
const aptEnvironment = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
const hasPackageLists = () =>
  existsSync('/var/lib/apt/lists') &&
  readdirSync('/var/lib/apt/lists').some((name) => name.includes('_Packages'));

async function installSystem(missing) {
  const names = missing.map((requirement) => requirement.package);
  const update = () => step('apt-get update', () => execute('apt-get', [...APT, 'update'], aptEnvironment));
  const install = (list) =>
    execute('apt-get', [...APT, 'install', '-y', '--no-install-recommends', ...list], aptEnvironment);
  const known = hasPackageLists();
  if (!known && !(await update())) return false;
  return step(`apt-get install ${names.join(' ')}`, async () => {
    const first = await install(names);
    if (first.code === 0 || !known) return first;
    // The lists may be older than the archive.
    return (await update()) ? install(names) : first;
  });
}

function explain(missing, why) {
  const width = Math.max(...missing.map((requirement) => requirement.package.length));
  console.error(`setup: ${why}. These packages are missing:`);
  for (const requirement of missing) {
    const note = requirement.optional ? ' (optional)' : '';
    console.error(`  ${requirement.package.padEnd(width)}  ${requirement.why}${note}`);
  }
  const names = missing.map((requirement) => requirement.package).join(' ');
  console.error(`On Debian 12, as root: apt-get install --no-install-recommends ${names}`);
}

function purposeOf(argv) {
  const at = argv.indexOf('--for');
  const purpose = at < 0 ? 'run' : (argv[at + 1] ?? '');
  if (Object.hasOwn(REQUIREMENTS, purpose)) return purpose;
  console.error(`setup: --for takes ${Object.keys(REQUIREMENTS).join(', ')}, not '${purpose}'`);
  process.exit(2);
}

async function main(argv) {
  const purpose = purposeOf(argv);
  if (Number(process.versions.node.split('.')[0]) < 20) {
    console.error(`setup: Node 20 or later is needed, this is ${process.version}`);
    return 1;
  }
  const missing = missingFor(purpose);
  const outdated = packagesOutdated(root);
  const needed = missing.filter((requirement) => !requirement.optional);
  const osRelease = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const canInstall = process.getuid?.() === 0 && isDebian(osRelease);
  if (needed.length > 0 && !canInstall) {
    explain(missing, isDebian(osRelease) ? 'not root' : 'not Debian 12 or later');
    return 1;
  }
  const toInstall = canInstall ? missing : [];
  if (outdated === null && toInstall.length === 0) {
    if (missing.length > 0) explain(missing, 'not root, or not Debian 12 or later');
    else if (!argv.includes('--quiet')) console.log(`setup: nothing missing for ${purpose}`);
    return 0;
  }
  // Side by side: one waits for the network while the other unpacks.
  const [npmWorked] = await Promise.all([
    outdated === null || installPackages(outdated),
    toInstall.length === 0 || installSystem(toInstall),
  ]);
  const still = missingFor(purpose);
  if (still.length > 0) explain(still, 'something is still missing');
  return npmWorked && still.every((requirement) => requirement.optional) ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
