/**
 * The import table of the rooms: who may import whom. A room is the longest listed path that a file lies under.
 * `rooms` may be imported, `types` only as types, `packages` are the outside packages allowed (`node:` for built-ins).
 */
export const IMPORT_TABLE = {
  'domain/core': { rooms: [], types: [], packages: [] },
  'domain/models': { rooms: ['domain/core'], types: ['training/graph'], packages: ['@tensorflow/tfjs-core'] },
  'domain/generate': { rooms: ['domain/core'], types: [], packages: [] },
  domain: { rooms: ['domain/core'], types: [], packages: [], siblings: false },
  'shared/names': { rooms: [], types: [], packages: [] },
  'shared/contracts': { rooms: ['shared/names'], types: ['domain/core'], packages: ['zod'] },
  'shared/runtime': {
    rooms: ['shared/contracts', 'shared/names'],
    types: ['domain/core', 'domain/models'],
    packages: [
      'node:',
      'nodejs-polars',
      'koffi',
      'pino',
      'zod',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-node',
      '@tensorflow/tfjs-node-gpu',
      '@tensorflow/tfjs-backend-wasm',
      'prom-client',
      '@opentelemetry',
    ],
  },
  'shared/temporal': {
    rooms: ['shared/contracts', 'shared/names', 'shared/runtime'],
    types: [],
    packages: ['node:', 'zod', '@temporalio/common', '@temporalio/client', '@temporalio/proto', '@opentelemetry'],
  },
  'shared/store': {
    rooms: ['shared/store/s3', 'shared/contracts', 'shared/names'],
    types: ['shared/runtime'],
    packages: ['node:', 'zod'],
  },
  // Only the adapter knows the SDK.
  'shared/store/s3': {
    rooms: ['shared/store', 'shared/contracts', 'shared/names'],
    types: ['shared/runtime'],
    packages: ['node:', '@aws-sdk/client-s3'],
  },
  'shared/alerts': {
    rooms: ['shared/contracts', 'shared/names', 'shared/runtime', 'shared/store'],
    types: [],
    packages: ['node:', 'zod'],
  },
  'shared/tables': {
    rooms: ['shared/store', 'shared/contracts', 'shared/names', 'shared/runtime', 'domain/core'],
    types: [],
    packages: ['node:', 'nodejs-polars', 'zod'],
  },
  'shared/sources': {
    rooms: [
      'shared/contracts',
      'shared/names',
      'shared/runtime',
      'shared/store',
      'shared/tables',
      'domain/core',
      'domain/generate',
    ],
    types: [],
    packages: ['node:', 'nodejs-polars', 'tinyglobby', 'zod'],
  },
  'training/graph': {
    rooms: [],
    types: [],
    packages: ['node:', '@tensorflow/tfjs-core', '@tensorflow/tfjs-node'],
  },
  training: {
    rooms: ['domain', 'domain/core', 'domain/models', 'shared', 'training/graph'],
    types: [],
    packages: ['node:', 'koffi', 'zod', '@tensorflow/tfjs-core'],
  },
  inference: {
    rooms: ['domain', 'domain/core', 'domain/models', 'shared', 'training/graph'],
    types: [],
    packages: ['node:', 'zod'],
  },
  reporting: {
    rooms: ['reporting/verdict', 'domain/core', 'shared/contracts', 'shared/names'],
    types: [],
    packages: ['echarts'],
  },
  // Words and rules without pictures: the command line says the same sentence as the report.
  'reporting/verdict': { rooms: ['reporting', 'domain/core', 'shared/contracts'], types: [], packages: [] },
  workflows: {
    rooms: ['shared/names'],
    types: ['shared/contracts', 'activities', 'domain/core'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
  },
  activities: {
    rooms: [
      'domain',
      'domain/core',
      'domain/models',
      'training',
      'inference',
      'reporting',
      'reporting/verdict',
      'shared',
    ],
    types: [],
    packages: ['node:', '@temporalio/activity', '@temporalio/common', 'zod', 'prom-client', '@opentelemetry'],
  },
  workers: {
    rooms: ['activities', 'training', 'shared'],
    types: [],
    packages: [
      'node:',
      '@temporalio/worker',
      '@temporalio/common',
      '@temporalio/client',
      '@temporalio/activity',
      'prom-client',
      '@opentelemetry',
    ],
  },
  cli: {
    rooms: ['inference', 'reporting/verdict', 'shared', 'domain/core'],
    types: ['workflows'],
    packages: [
      'node:',
      '@temporalio/client',
      '@temporalio/common',
      'commander',
      'cli-progress',
      'yaml',
      'zod',
      '@opentelemetry',
    ],
  },
  infra: { rooms: ['shared'], types: [], packages: ['node:'] },
};

const FREE_ROOMS = ['bench', 'tests', 'docs'];
const ROOM_NAMES = Object.keys(IMPORT_TABLE).sort((a, b) => b.length - a.length);

/** The room of a path relative to the project's root, or null for a file outside every room. */
function roomOf(path) {
  if (FREE_ROOMS.some((room) => path.startsWith(`${room}/`))) return null;
  return ROOM_NAMES.find((room) => `${path}/`.startsWith(`${room}/`)) ?? null;
}

/** Why `from` may not import `to` (a project path, or a package name), or null where it may. */
export function refusal({ from, to, isPackage, typeOnly }) {
  const room = roomOf(from);
  if (room === null) return null;
  const entry = IMPORT_TABLE[room];
  if (isPackage) {
    const allowed = entry.packages.some((name) =>
      name.endsWith(':') ? to.startsWith(name) : to === name || to.startsWith(`${name}/`),
    );
    return allowed ? null : `room '${room}' may not import package '${to}'; allowed: ${list(entry.packages)}`;
  }
  const target = roomOf(to);
  if (target === null) return `room '${room}' may not import '${to}', which lies in no room`;
  if (target === room && (entry.siblings !== false || stageOf(from) === stageOf(to))) return null;
  if (target === room)
    return `stage '${stageOf(from)}' may not import stage '${stageOf(to)}'; share through domain/core`;
  if (allows(entry.rooms, target)) return null;
  if (typeOnly && allows(entry.types, target)) return null;
  const hint = allows(entry.types, target) ? ' (its types only: use `import type`)' : '';
  return `room '${room}' may not import room '${target}'${hint}; allowed: ${list(entry.rooms)}`;
}

const stageOf = (path) => path.split('/').slice(0, 2).join('/');
const allows = (rooms, target) =>
  rooms.some((room) => target === room || (room === 'shared' && target.startsWith('shared/')));
const list = (names) => (names.length === 0 ? 'none' : names.join(', '));
