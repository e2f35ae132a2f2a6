import type { NetDefinition, WindowShape } from '../../../../domain/models/nets/contract';
import { NET_DEFINITIONS } from '../../../../domain/models/nets/registry';
import { DEFAULT_CONFIG } from '../../../../shared/contracts/config/defaults';

const WINDOW: WindowShape = { lookback: 60, features: 5 };
const NO_SIZES = ['enabled', 'learningRate', 'dropout'];

type Sizes = Readonly<Record<string, unknown>>;

function defaultsOf(name: string): Sizes {
  return (DEFAULT_CONFIG.models as Readonly<Record<string, Sizes>>)[name] ?? {};
}

/** What planning says; a text that no test takes for a sentence where it says nothing, or is no RangeError. */
function answer(definition: NetDefinition, changes: Sizes, window: WindowShape = WINDOW): string {
  try {
    definition.plan({ ...defaultsOf(definition.name), ...changes }, window);
    return 'planned';
  } catch (error) {
    return error instanceof RangeError ? error.message : `no RangeError: ${String(error)}`;
  }
}

function netNamed(name: string): NetDefinition {
  const found = NET_DEFINITIONS.find((definition) => definition.name === name);
  if (found === undefined) throw new Error(`There is no net '${name}'.`);
  return found;
}

describe('sizes that make no net', () => {
  it.each(NET_DEFINITIONS)('$name plans with its defaults', (definition) => {
    expect(Object.keys(defaultsOf(definition.name)).length).toBeGreaterThan(1);
    expect(answer(definition, {})).toBe('planned');
  });

  it.each(NET_DEFINITIONS)('$name names a size that is no whole number of at least 1', (definition) => {
    const sizes = Object.entries(defaultsOf(definition.name)).filter(([field]) => !NO_SIZES.includes(field));
    const answers = sizes.flatMap(([field, value]) =>
      [0, -1, 1.5, NaN].map((bad) => ({
        given: `'${definition.name}.${field}${Array.isArray(value) ? '[0]' : ''}' is ${bad}`,
        said: answer(definition, { [field]: Array.isArray(value) ? [bad] : bad }),
      })),
    );
    const expected = answers.map(({ given }) => ({
      given,
      said: `${given}; it must be a whole number of at least 1.`,
    }));
    expect(answers).toEqual(expected);
  });

  it.each(NET_DEFINITIONS)('$name names an empty list', (definition) => {
    for (const [field, value] of Object.entries(defaultsOf(definition.name))) {
      if (!Array.isArray(value)) continue;
      expect(answer(definition, { [field]: [] })).toBe(`'${definition.name}.${field}' is empty; name at least one.`);
    }
  });

  it.each(NET_DEFINITIONS)('$name names a dropout rate out of range', (definition) => {
    for (const dropout of [-0.1, 1, NaN]) {
      expect(answer(definition, { dropout })).toBe(
        `'${definition.name}.dropout' is ${dropout}; it must be at least 0 and below 1.`,
      );
    }
  });

  it.each(NET_DEFINITIONS)('$name names a window without bars or features', (definition) => {
    expect(answer(definition, {}, { ...WINDOW, lookback: 0 })).toMatch(/^'lookback' is 0; /);
    expect(answer(definition, {}, { ...WINDOW, features: 0 })).toMatch(/^'features' is 0; /);
  });

  it.each([
    ['transformer', { width: 10, heads: 4 }, ['width 10', 'heads 4']],
    ['patchtst', { width: 10, heads: 4 }, ['width 10', 'heads 4']],
    ['tft', { width: 10, heads: 4 }, ['width 10', 'heads 4']],
    ['patchtst', { patchLength: 61, stride: 6 }, ['patchLength 61', 'lookback 60']],
    ['patchtst', { patchLength: 6, stride: 7 }, ['stride 7', 'length 6']],
    ['nhits', { poolings: [8, 61] }, ["'nhits.poolings[1]' is 61", '60 bars']],
    ['inceptiontime', { kernelSizes: [61] }, ["'inceptiontime.kernelSizes[0]' is 61", '60 bars']],
  ] as const)('%s says what does not fit together: %j', (name, changes, words) => {
    const said = answer(netNamed(name), changes);
    for (const word of words) expect(said).toContain(word);
    expect(said).toMatch(/^.+; .+\.$/);
  });
});
