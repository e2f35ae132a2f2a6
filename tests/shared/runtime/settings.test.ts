import { cpus } from 'node:os';
import { readSettings } from '../../../shared/runtime/settings';
import { alertSettingsOf } from '../../../shared/runtime/settings/alert-settings';

/** What is so unless it is set: see connection-settings.test.ts. */
const UNGUARDED = {
  temporalCredentials: expect.anything() as unknown,
  sourceRoots: ['/project'],
  vendorRps: null,
  vendorSlots: 4,
  vendorHosts: [],
  payloadKeys: null,
  readsPlaintext: true,
  workerVersioning: false,
  deploymentName: 'candlewick',
  buildId: null,
  drillFaults: null,
};

describe('readSettings', () => {
  it('needs nothing: state in .candlewick of the working directory, one trainer a core', () => {
    expect(readSettings({}, '/project')).toEqual({
      home: '/project/.candlewick',
      storeRoot: '/project/.candlewick/store',
      store: { kind: 'file', root: '/project/.candlewick/store' },
      logLevel: 'info',
      trainers: Math.min(cpus().length, 8),
      trainerThreads: 1,
      trainerMemoryBytes: null,
      shutdownGraceMs: 5_000,
      ownWorker: true,
      healthPort: null,
      temporalAddress: null,
      namespace: 'default',
      ...UNGUARDED,
      alerts: alertSettingsOf({}).alerts,
    });
  });

  it('takes what is set, relative paths from the working directory', () => {
    const settings = readSettings(
      {
        CANDLEWICK_HOME: 'state',
        CANDLEWICK_STORE: '/elsewhere/store',
        CANDLEWICK_LOG_LEVEL: 'warn',
        CANDLEWICK_TRAINERS: '3',
        CANDLEWICK_TRAINER_THREADS: '2',
        CANDLEWICK_TRAINER_MEMORY_MB: '512',
        CANDLEWICK_SHUTDOWN_GRACE_SECONDS: '0',
        CANDLEWICK_HEALTH_PORT: '8080',
        TEMPORAL_ADDRESS: 'temporal:7233',
        TEMPORAL_NAMESPACE: 'research',
        HOME: '/nobody',
      },
      '/project',
    );
    expect(settings).toEqual({
      home: '/project/state',
      storeRoot: '/elsewhere/store',
      store: { kind: 'file', root: '/elsewhere/store' },
      logLevel: 'warn',
      trainers: 3,
      trainerThreads: 2,
      trainerMemoryBytes: 512 * 1024 * 1024,
      shutdownGraceMs: 0,
      ownWorker: true,
      healthPort: 8080,
      temporalAddress: 'temporal:7233',
      namespace: 'research',
      ...UNGUARDED,
      alerts: alertSettingsOf({}).alerts,
    });
  });

  it('looks for nothing to alert about unless a channel is named', () => {
    expect(readSettings({}, '/project').alerts.channels).toEqual([]);
    const given = { CANDLEWICK_ALERTS: 'slack, webhook', CANDLEWICK_ALERT_CHAMPION_DAYS: '3' };
    expect(readSettings(given, '/project').alerts).toMatchObject({
      channels: ['slack', 'webhook'],
      thresholds: { championAgeMs: 3 * 86_400_000 },
    });
    for (const wrong of ['slac', 'slack,slack'])
      expect(() => readSettings({ CANDLEWICK_ALERTS: wrong }, '/')).toThrow('CANDLEWICK_ALERTS');
    expect(() => readSettings({ CANDLEWICK_ALERT_AGAIN_HOURS: '0' }, '/')).toThrow('CANDLEWICK_ALERT_AGAIN_HOURS');
  });

  it('puts the store below the state folder that was named', () => {
    expect(readSettings({ CANDLEWICK_HOME: '/state' }, '/project').storeRoot).toBe('/state/store');
  });

  it('never runs without a trainer or a thread', () => {
    const { trainers, trainerThreads } = readSettings(
      { CANDLEWICK_TRAINERS: '0', CANDLEWICK_TRAINER_THREADS: '0' },
      '/',
    );
    expect([trainers, trainerThreads]).toEqual([1, 1]);
  });

  it('names every wrong variable at once', () => {
    const wrong = {
      CANDLEWICK_LOG_LEVEL: 'loud',
      CANDLEWICK_TRAINERS: '-1',
      CANDLEWICK_TRAINER_THREADS: '1.5',
      CANDLEWICK_HOME: '',
      TEMPORAL_ADDRESS: 'temporal',
    };
    expect(() => readSettings(wrong, '/')).toThrow(/^wrong environment variables: /);
    for (const name of Object.keys(wrong)) expect(() => readSettings(wrong, '/')).toThrow(`${name}: `);
  });
});
