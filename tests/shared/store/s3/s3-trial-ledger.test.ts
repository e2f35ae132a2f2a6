import { randomUUID } from 'node:crypto';
import { createS3ObjectStore } from '../../../../shared/store/s3/s3-object-store';
import { s3Location, startS3Server, type S3Server } from '../../../support/s3-server';
import { describeTrialLedger } from '../trial-ledger-cases';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());

describeTrialLedger('bucket', () =>
  Promise.resolve({
    store: createS3ObjectStore(s3Location(server.endpoint, `case-${randomUUID()}`)),
    remove: () => Promise.resolve(),
  }),
);
