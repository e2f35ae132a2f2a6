/**
 * Runs `action`; a draw of random numbers in it throws. tfjs draws its own seeds from Math.random, so that this covers
 * tf.randomUniform, tf.dropout and their like. With a seed of their own they are constant, hence pure, and allowed.
 */
export function withoutRandomness<T>(functionName: string, action: () => T): T {
  const original = Math.random;
  Math.random = () => {
    throw new RangeError(
      `Function '${functionName}' draws random numbers; a traced graph would repeat the same ones for ever. Feed them as an input.`,
    );
  };
  try {
    return action();
  } finally {
    Math.random = original;
  }
}
