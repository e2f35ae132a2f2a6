/** A seeded stream of random numbers. The same seed gives the same stream on every machine. */
export interface RandomStream {
  /** Uniform in [0, 1) with 53 bits. */
  uniform(): number;
  /** Standard normal (Box–Muller, one of the pair is kept for the next call). */
  normal(): number;
  /** A whole number in [0, bound). */
  integer(bound: number): number;
  /** The full state, small JSON; `randomFromState` continues exactly here. */
  state(): RandomState;
}

export interface RandomState {
  readonly words: readonly [number, number, number, number];
  readonly spareNormal: number | null;
}

/**
 * xoshiro128** of Blackman and Vigna (2018), seeded through splitmix32. Statistically sound for simulation and
 * resampling, four words of state, so it fits into every checkpoint.
 */
export function randomFromSeed(seed: number): RandomStream {
  let z = seed >>> 0;
  const next = (): number => {
    z = (z + 0x9e3779b9) >>> 0;
    let t = z ^ (z >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return (t ^ (t >>> 15)) >>> 0;
  };
  return randomFromState({ words: [next(), next(), next(), next()], spareNormal: null });
}

export function randomFromState(start: RandomState): RandomStream {
  let [a, b, c, d] = start.words;
  let spare = start.spareNormal;

  const nextWord = (): number => {
    const scrambled = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return scrambled;
  };
  const uniform = (): number => {
    const high = nextWord() >>> 5;
    const low = nextWord() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  };
  const normal = (): number => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
  return {
    uniform,
    normal,
    integer: (bound) => Math.floor(uniform() * bound),
    state: () => ({ words: [a >>> 0, b >>> 0, c >>> 0, d >>> 0], spareNormal: spare }),
  };
}

/** A new seed for a named part of a run, so that parts draw from unrelated streams. */
export function deriveSeed(seed: number, ...names: readonly (string | number)[]): number {
  let hash = (seed ^ 0x811c9dc5) >>> 0;
  for (const character of names.join('\u0000')) {
    hash ^= character.codePointAt(0) ?? 0;
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  return hash;
}

function rotateLeft(x: number, k: number): number {
  return (x << k) | (x >>> (32 - k));
}
