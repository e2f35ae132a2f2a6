import { readSettings } from '../../shared/runtime/settings';
import { visibleGpus } from '../../shared/runtime/tensorflow/device';
import { computePlaces } from '../../workers/compute-places';

const settings = readSettings({ CANDLEWICK_TRAINERS: '3', CANDLEWICK_TRAINER_THREADS: '2' }, '/');

describe('places where stages are computed', () => {
  it('on processors are as many as there are trainers, and keep off a graphics processor that is there', () => {
    const places = computePlaces('cpu', settings, { CUDA_VISIBLE_DEVICES: '0,1' });
    expect(places.size).toBe(3);
    expect(places.env).toMatchObject({ CANDLEWICK_TENSORFLOW: 'cpu', TF_NUM_INTRAOP_THREADS: '2' });
    expect(places.envOfPlace(0)).toEqual({});
  });

  it('on graphics processors are as many as there are devices, each seeing its own', () => {
    const places = computePlaces('gpu', settings, { CUDA_VISIBLE_DEVICES: '2,5' });
    expect(places.size).toBe(2);
    expect(places.env).toMatchObject({ CANDLEWICK_TENSORFLOW: 'gpu', TF_FORCE_GPU_ALLOW_GROWTH: 'true' });
    expect([0, 1].map((place) => places.envOfPlace(place))).toEqual([
      { CUDA_VISIBLE_DEVICES: '2' },
      { CUDA_VISIBLE_DEVICES: '5' },
    ]);
  });

  it('stay on WASM where that is asked for', () => {
    const places = computePlaces('cpu', settings, { CANDLEWICK_TENSORFLOW: 'wasm' });
    expect(places.env.CANDLEWICK_TENSORFLOW).toBe('wasm');
    expect(places.netsOn).toMatch(/^the WASM backend of tfjs .* \(as asked for\)$/);
  });
});

describe('visible graphics processors', () => {
  it('are those of the driver, unless CUDA_VISIBLE_DEVICES names some', () => {
    const dev = () => ['nvidia10', 'nvidia2', 'nvidiactl', 'tty'];
    expect(visibleGpus({}, dev)).toEqual(['2', '10']);
    expect(visibleGpus({ CUDA_VISIBLE_DEVICES: 'GPU-ab, 1,-1,3' }, dev)).toEqual(['GPU-ab', '1']);
    expect(visibleGpus({ CUDA_VISIBLE_DEVICES: '' }, dev)).toEqual([]);
  });
});
