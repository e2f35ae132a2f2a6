import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate with its key, as PEM files. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** An authority that signs certificates for a test. */
export interface Authority extends CertificateFiles {
  /** Signs a certificate for 127.0.0.1 and a name. */
  sign(name: string): CertificateFiles;
}

/** Makes an authority in a folder; needs `openssl`. */
export function createAuthority(folder: string, name: string): Authority {
  const files = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  openssl(
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-subj', `/CN=${name}`, '-keyout', files.key, '-out', files.certificate],
  );
  return {
    ...files,
    sign: (subject) => {
      const base = join(folder, `${name}-${subject}`);
      const signed = { certificate: `${base}.pem`, key: `${base}.key` };
      writeFileSync(`${base}.ext`, `subjectAltName=DNS:${subject},IP:127.0.0.1\nbasicConstraints=CA:FALSE\n`);
      openssl(
        ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${subject}`],
        ...['-keyout', signed.key, '-out', `${base}.csr`],
      );
      openssl(
        ...['x509', '-req', '-in', `${base}.csr`, '-CA', files.certificate, '-CAkey', files.key, '-CAcreateserial'],
        ...['-days', '2', '-extfile', `${base}.ext`, '-out', signed.certificate],
      );
      return signed;
    },
  };
}

export function readPem({ certificate, key }: CertificateFiles): { readonly cert: Buffer; readonly key: Buffer } {
  return { cert: readFileSync(certificate), key: readFileSync(key) };
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
