import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FINGERPRINTS_PATH, explainChange, fingerprintOf, readFingerprints } from './command-fingerprints';
import { foundRecordings, readRecording } from './recordings';

describe('command fingerprints', () => {
  it('are committed for every recording, and for nothing else', () => {
    expect(foundRecordings().length).toBeGreaterThan(0);
    expect(Object.keys(readFingerprints()).sort()).toEqual([...foundRecordings()].sort());
  });

  it.each(foundRecordings())('of %s are what was committed', (name) => {
    const change = explainChange(name, readFingerprints()[name] ?? [], fingerprintOf(readRecording(name)));
    if (change !== null) throw new Error(change);
  });

  it('are written by the command that records', () => {
    const committed = readFileSync(FINGERPRINTS_PATH, 'utf8');
    try {
      writeFileSync(FINGERPRINTS_PATH, '{}');
      execFileSync('node', ['tests/support/run-typescript.mjs', 'tests/replay/record.ts', '--fingerprints'], {
        cwd: join(__dirname, '..', '..'),
      });
      expect(readFileSync(FINGERPRINTS_PATH, 'utf8')).toBe(committed);
    } finally {
      writeFileSync(FINGERPRINTS_PATH, committed);
    }
  });

  it('cover every kind of command that a workflow here gives', () => {
    const kinds = new Set(Object.values(readFingerprints()).flatMap((all) => all.map((each) => each.split(' ')[0])));
    expect([...kinds]).toEqual(
      expect.arrayContaining(['activity', 'attributes', 'cancel', 'cancelled', 'child', 'complete', 'fail', 'signal']),
    );
  });

  it('a reordered command is told with its place, both orders, and what to do', () => {
    const committed = readFingerprints()['done-train-symbol']!;
    const at = committed.findIndex((command) => command.startsWith('activity features'));
    const swapped = [...committed];
    [swapped[at], swapped[at + 2]] = [committed[at + 2]!, committed[at]!];
    const told = explainChange('done-train-symbol', committed, swapped)!;
    expect(told).toContain(`done-train-symbol: the commands of this workflow changed at command ${String(at + 1)}`);
    expect(told).toMatch(
      /committed:[^]*> activity features as features-AAA[^]*now:[^]*> activity labels as labels-AAA/,
    );
    for (const way of ["patched('<id>')", 'deprecatePatch', 'PINNED', 'record-histories']) expect(told).toContain(way);
  });

  it('a command that is missing at the end, or new there, is told too', () => {
    const committed = readFingerprints()['done-train-symbol']!;
    expect(explainChange('a', committed, committed.slice(0, -1))).toContain(`at command ${String(committed.length)}`);
    expect(explainChange('a', committed, [...committed, 'timer 1'])).toContain('> timer 1');
    expect(explainChange('a', committed, committed)).toBeNull();
  });
});
