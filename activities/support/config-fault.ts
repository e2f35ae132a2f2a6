import type { ConfigFault } from '../../shared/contracts/config/config-fault';
import { StageFault } from './stage-fault';

/** Every fault of an input in one failure, each with its path. */
export function invalidConfig(faults: readonly ConfigFault[]): StageFault {
  const lines = faults.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return new StageFault({ code: 'InvalidConfig', message: lines.join('; '), details: { faults } });
}
