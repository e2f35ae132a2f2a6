import { randomUUID } from 'node:crypto';
import { actorName } from '../../shared/runtime/actor';
import { createAuditLog } from '../../shared/store/audit-log';
import type { ObjectStore } from '../../shared/store/port';
import type { Certificate } from './certificate';
import { certificateMarkdown } from './certificate';

/** Puts the certificate into the store of the installation and enters the drill into its audit log; the two places. */
export async function keepCertificate(objects: ObjectStore, certificate: Certificate): Promise<readonly string[]> {
  const { drill, at, survived, scenarios } = certificate;
  const base = `drills/${at.slice(0, 10)}/${drill}`;
  const json = Buffer.from(`${JSON.stringify(certificate, null, 2)}\n`);
  await objects.put(`${base}.json`, json, { ifAbsent: true });
  await objects.put(`${base}.md`, Buffer.from(certificateMarkdown(certificate)), { ifAbsent: true });
  await createAuditLog(objects).append(randomUUID(), {
    at,
    who: actorName(undefined),
    action: 'drilled',
    subject: drill,
    why: 'candlewick drill',
    details: {
      survived,
      scenarios: Object.fromEntries(scenarios.map((s) => [s.scenario, s.survived ? 'survived' : 'not survived'])),
      certificate: `${base}.json`,
    },
  });
  return [`${base}.json`, `${base}.md`];
}
