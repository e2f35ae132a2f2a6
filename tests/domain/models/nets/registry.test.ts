import { NET_DEFINITIONS } from '../../../../domain/models/nets/registry';
import { DEFAULT_CONFIG } from '../../../../shared/contracts/config/defaults';

describe('the list of nets', () => {
  it('holds every net of the configuration, in its order', () => {
    const nets = Object.entries(DEFAULT_CONFIG.models).filter(([, block]) => 'dropout' in block);
    expect(nets.length).toBe(12);
    expect(NET_DEFINITIONS.map(({ name }) => name)).toEqual(nets.map(([name]) => name));
  });

  it.each(NET_DEFINITIONS)('$name has a version and names its paper with the year', ({ version, paper }) => {
    expect(version).toBeGreaterThanOrEqual(1);
    expect(Number.isInteger(version)).toBe(true);
    expect(paper).toMatch(/^.+ \(\d{4}\), .+/);
  });
});
