import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { CLASS_COUNT } from '../../../../../domain/core/classes';
import type { NetDefinition, NetPlan, WindowShape } from '../../../../../domain/models/nets/contract';
import { decodeNet, encodeNet } from '../../../../../domain/models/nets/net-bytes';
import { DEFAULT_CONFIG } from '../../../../../shared/contracts/config/defaults';
import { createEagerProgram } from '../../../../../training/graph/eager-program';
import { createGraphProgram } from '../../../../../training/graph/graph-program';
import { openTestBackend } from '../../../../support/tensor-backend';
import {
  concatenated,
  forward,
  gradient,
  initialParameters,
  largestDifference,
  layout,
  normals,
  overfit,
  parameterCount,
  relativeDistance,
  gradientProgram,
  uniforms,
  type NetInputs,
} from './net-runner';

/** What every net's sizes hold. */
export interface CommonSizes {
  readonly dropout: number;
}

export interface NetSuite<Sizes extends CommonSizes> {
  /** Small enough for hundreds of eager steps. */
  readonly tiny: { readonly sizes: Sizes; readonly window: WindowShape };
  /** Sizes without kinks (a smooth activation in place of ReLU) for finite differences; the tiny ones unless given. */
  readonly smooth?: Sizes;
  /** Files under tests/fixtures/nets. */
  readonly fixtures?: readonly string[];
  /** Band of the standard deviation of the untrained trunk's output on standard normal windows. */
  readonly deviation?: readonly [number, number];
  readonly overfit?: { readonly learningRate?: number; readonly steps?: number };
  /** How far the mean output over dropout masks may lie from the output without (relative L2); 0.25 unless given. */
  readonly dropoutBias?: number;
  /** Where gradients of a parameter are checked, if initial values make them too small to tell from rounding. */
  readonly moved?: (name: string, values: Float32Array) => Float32Array;
  /** Checks of the net's own on its initial values, by parameter name. */
  readonly initialised?: (values: Readonly<Record<string, Float32Array>>, plan: NetPlan) => void;
}

/** Made by tests/oracles/nets/fixture.py. */
interface ParityFixture {
  readonly sizes: unknown;
  readonly window: WindowShape;
  readonly parameters: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>
  >;
  readonly batch: number;
  readonly windows: readonly number[];
  readonly output: readonly number[];
  /** Gradients are those of sum(output * projection). */
  readonly projection: readonly number[];
  readonly gradients: Readonly<Record<string, readonly number[]>>;
  readonly inputGradient: readonly number[];
  readonly tolerance?: { readonly forward?: number; readonly gradient?: number };
}

const BATCH = 6;
const FIXTURES = join(__dirname, '../../../../fixtures/nets');
const DEFAULT_WINDOW: WindowShape = { lookback: 60, features: 50 };

/** The promises that every net keeps. Trunk gradients are those of sum(output * a random projection). */
export function describeNet<Sizes extends CommonSizes>(definition: NetDefinition<Sizes>, suite: NetSuite<Sizes>): void {
  const { sizes, window } = suite.tiny;
  const smooth = suite.smooth ?? sizes;
  const inputsOf = (plan: NetPlan, batch: number, withNoise: boolean, seed = 21): NetInputs => ({
    windows: normals(batch * window.lookback * window.features, seed),
    batch,
    noise: withNoise && plan.dropoutUnits > 0 ? uniforms(batch * plan.dropoutUnits, seed + 1) : null,
  });
  /** Initial values a little off, so that no gradient is zero only because a bias or gain starts at 0 or 1. */
  const shaken = (plan: NetPlan): Float32Array => {
    const noise = normals(parameterCount(plan), 31);
    const values = initialParameters(plan, 3).map((value, i) => value + 0.1 * (noise[i] ?? 0));
    const parts = layout(plan).map(({ name, from, to }) => ({ name, part: values.slice(from, to) }));
    return concatenated(parts.map(({ name, part }) => suite.moved?.(name, part) ?? part));
  };

  describe(`net ${definition.name}`, () => {
    let tensorsBefore = 0;
    beforeAll(openTestBackend);
    beforeEach(() => {
      tensorsBefore = tf.memory().numTensors;
    });
    afterEach(() => {
      expect(tf.memory().numTensors - tensorsBefore).toBe(0);
    });

    it('plans uniquely named parameters of positive shapes and the output width it states', () => {
      const plan = definition.plan(sizes, window);
      const names = plan.parameters.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const { name, shape } of plan.parameters) {
        expect(`${name}: ${shape.every((size) => Number.isInteger(size) && size > 0)}`).toBe(`${name}: true`);
      }
      const output = forward(plan, window, initialParameters(plan, 3), inputsOf(plan, BATCH, false));
      expect(output.length).toBe(BATCH * plan.outputWidth);
      expect(definition.paper).toMatch(/\(\d{4}\)/);
    });

    it('draws the same initial values from the same seed, others from another', () => {
      const plan = definition.plan(sizes, window);
      expect(initialParameters(plan, 3)).toEqual(initialParameters(definition.plan(sizes, window), 3));
      expect(initialParameters(plan, 3)).not.toEqual(initialParameters(plan, 4));
      expect(initialParameters(plan, 3).length).toBe(parameterCount(plan));
    });

    it('stays within the memory budget with its default sizes', () => {
      const byName = DEFAULT_CONFIG.models as unknown as Readonly<Record<string, Sizes | undefined>>;
      const defaults = byName[definition.name];
      if (defaults === undefined) throw new Error(`The configuration has no model '${definition.name}'.`);
      const bytes = 4 * parameterCount(definition.plan(defaults, DEFAULT_WINDOW));
      expect(bytes).toBeLessThanOrEqual(50e6);
      expect(3 * bytes).toBeLessThanOrEqual(100e6);
    });

    it('starts with outputs of a sane size', () => {
      const plan = definition.plan(sizes, window);
      const flat = initialParameters(plan, 3);
      const output = forward(plan, window, flat, inputsOf(plan, 64, false));
      const mean = output.reduce((sum, value) => sum + value, 0) / output.length;
      const deviation = Math.sqrt(output.reduce((sum, value) => sum + (value - mean) ** 2, 0) / output.length);
      const [low, high] = suite.deviation ?? [0.05, 3];
      expect(deviation).toBeGreaterThan(low);
      expect(deviation).toBeLessThan(high);
      const values = layout(plan).map(({ name, from, to }) => [name, flat.slice(from, to)] as const);
      suite.initialised?.(Object.fromEntries(values), plan);
    });

    it('has the gradients that finite differences give', () => {
      const plan = definition.plan(smooth, window);
      const flat = shaken(plan);
      const inputs = inputsOf(plan, 4, true);
      const projection = normals(4 * plan.outputWidth, 41);
      const exact = gradient(plan, window, flat, inputs, projection);
      const value = (shiftedFlat: Float32Array, windows: Float32Array): number =>
        forward(plan, window, shiftedFlat, { ...inputs, windows }).reduce(
          (sum, output, i) => sum + output * (projection[i] ?? 0),
          0,
        );
      const places = [
        ...layout(plan).map(({ name, from, to }) => ({
          name,
          slopes: exact.parameters.slice(from, to),
          shifted: (direction: Float32Array, step: number) =>
            value(shiftedBy(flat, from, direction, step), inputs.windows),
        })),
        {
          name: 'windows',
          slopes: exact.windows,
          shifted: (direction: Float32Array, step: number) =>
            value(flat, shiftedBy(inputs.windows, 0, direction, step)),
        },
      ];
      const wrong = places.flatMap(({ name, slopes, shifted }, place) =>
        [0, 1].flatMap((attempt) => {
          const direction = normals(slopes.length, 1000 + 2 * place + attempt).map((x) => Math.sign(x) || 1);
          const numeric = richardson((step) => shifted(direction, step), 2e-2);
          const analytic = slopes.reduce((sum, slope, i) => sum + slope * (direction[i] ?? 0), 0);
          // Along random signs a right gradient's derivative is of the size of its own length.
          const scale = Math.hypot(...slopes);
          return scale > 0 && Math.abs(numeric - analytic) <= 1e-2 * scale
            ? []
            : [`${name}: analytic ${analytic}, numeric ${numeric}, gradient of length ${scale}`];
        }),
      );
      expect(wrong).toEqual([]);
    });

    it('overfits a tiny set of random labels', () => {
      const plan = definition.plan({ ...sizes, dropout: 0 }, window);
      const labels = Int32Array.from(uniforms(16, 51), (x) => Math.floor(3 * x));
      const enough = 0.02;
      const loss = overfit(plan, window, inputsOf(plan, 16, false), labels, {
        classes: 3,
        learningRate: suite.overfit?.learningRate ?? 1e-2,
        steps: suite.overfit?.steps ?? 300,
        enough,
      });
      expect(loss).toBeLessThan(enough);
    });

    it('gives bit-equal outputs when it is saved and loaded', () => {
      const plan = definition.plan(sizes, window);
      const heads = { horizons: [8], target: 'class' } as const;
      const headValues = normals((plan.outputWidth + 1) * CLASS_COUNT, 91);
      const weights = concatenated([shaken(plan), headValues]);
      const saved = encodeNet(definition, { sizes, window, heads, links: [], weights });
      const loaded = decodeNet(definition, saved);
      if (!loaded.ok) throw new Error(loaded.fault.message);
      expect(loaded.value).toMatchObject({ window, heads, weights });
      const inputs = inputsOf(plan, BATCH, false);
      const trunkOf = (flat: Float32Array): Float32Array => flat.slice(0, parameterCount(plan));
      expect(forward(loaded.value.plan, window, trunkOf(loaded.value.weights), inputs)).toEqual(
        forward(plan, window, trunkOf(weights), inputs),
      );
    });

    it('computes a window alone as it does inside a batch', () => {
      const plan = definition.plan(sizes, window);
      const flat = shaken(plan);
      const inputs = inputsOf(plan, BATCH, true);
      const together = forward(plan, window, flat, inputs);
      const alone = concatenated(rowsOf(inputs).map((row) => forward(plan, window, flat, row)));
      expect(largestDifference(alone, together)).toBeLessThan(1e-5);
    });

    it('adds up the same gradient from micro-batches as from the whole batch', () => {
      const plan = definition.plan(smooth, window);
      const flat = shaken(plan);
      const inputs = inputsOf(plan, BATCH, true);
      const projection = normals(BATCH * plan.outputWidth, 61);
      const whole = gradient(plan, window, flat, inputs, projection);
      const sum = new Float32Array(flat.length);
      rowsOf(inputs, 2).forEach((rows, i) => {
        const width = 2 * plan.outputWidth;
        const part = gradient(plan, window, flat, rows, projection.slice(i * width, (i + 1) * width));
        part.parameters.forEach((slope, at) => (sum[at] = (sum[at] ?? 0) + slope));
      });
      const far = layout(plan)
        .map(({ name, from, to }) => ({
          name,
          distance: relativeDistance(sum.slice(from, to), whole.parameters.slice(from, to)),
        }))
        .filter(({ distance }) => !(distance < 1e-5));
      expect(far).toEqual([]);
    });

    it.each(suite.smooth === undefined ? [{ chosen: sizes }] : [{ chosen: sizes }, { chosen: smooth }])(
      'gives the same numbers traced into a graph as operation by operation: %j',
      ({ chosen }) => {
        const plan = definition.plan(chosen, window);
        const flat = shaken(plan);
        const inputs = inputsOf(plan, 4, true);
        const projection = normals(4 * plan.outputWidth, 81);
        const program = gradientProgram(plan, window, 4);
        const values = {
          windows: inputs.windows,
          projection,
          ...(inputs.noise === null ? {} : { noise: inputs.noise }),
        };
        const [eager, traced] = [createEagerProgram(program), createGraphProgram(tf.backend(), program)].map((made) => {
          made.writeState({ flat });
          const results = made.run('gradient', values);
          made.dispose();
          return results;
        });
        const far = Object.entries(eager ?? {})
          .map(([name, expected]) => ({
            name,
            difference: largestDifference(traced?.[name] as Float32Array, expected as Float32Array),
          }))
          .filter(({ difference }) => !(difference < 1e-5));
        expect(far).toEqual([]);
      },
    );

    it('drops units by the noise it is fed, and only then', () => {
      expect(definition.plan({ ...sizes, dropout: 0 }, window).dropoutUnits).toBe(0);
      const plan = definition.plan({ ...sizes, dropout: 0.1 }, window);
      expect(plan.dropoutUnits).toBeGreaterThan(0);
      const flat = initialParameters(plan, 3);
      const masks = 512;
      const one = inputsOf(plan, 1, false).windows;
      const many = concatenated(Array.from({ length: masks }, () => one));
      const noise = uniforms(masks * plan.dropoutUnits, 71);
      const dropped = forward(plan, window, flat, { windows: many, batch: masks, noise });
      expect(forward(plan, window, flat, { windows: many, batch: masks, noise })).toEqual(dropped);
      const kept = forward(plan, window, flat, { windows: one, batch: 1, noise: null });
      const mean = kept.map((_, unit) => meanOfColumn(dropped, plan.outputWidth, unit));
      expect(relativeDistance(dropped.slice(0, plan.outputWidth), kept)).toBeGreaterThan(1e-3);
      expect(relativeDistance(mean, kept)).toBeLessThan(suite.dropoutBias ?? 0.25);
    });

    for (const file of suite.fixtures ?? []) {
      it(`agrees with the reference implementation (${file})`, () => {
        const fixture = JSON.parse(readFileSync(join(FIXTURES, file), 'utf8')) as ParityFixture;
        const plan = definition.plan(fixture.sizes as Sizes, fixture.window);
        expect(Object.fromEntries(plan.parameters.map(({ name, shape }) => [name, [...shape]]))).toEqual(
          Object.fromEntries(Object.entries(fixture.parameters).map(([name, { shape }]) => [name, shape])),
        );
        const flat = concatenated(
          plan.parameters.map(({ name }) => Float32Array.from(fixture.parameters[name]?.data ?? [])),
        );
        const inputs = { windows: Float32Array.from(fixture.windows), batch: fixture.batch, noise: null };
        const ours = gradient(plan, fixture.window, flat, inputs, Float32Array.from(fixture.projection));
        const forwardTolerance = fixture.tolerance?.forward ?? 1e-5;
        const gradientTolerance = fixture.tolerance?.gradient ?? 1e-4;
        expect(largestDifference(ours.output, Float32Array.from(fixture.output))).toBeLessThan(forwardTolerance);
        const far = [
          ...layout(plan).map(({ name, from, to }) => ({
            name,
            difference: largestDifference(
              ours.parameters.slice(from, to),
              Float32Array.from(fixture.gradients[name] ?? []),
            ),
          })),
          {
            name: 'windows',
            difference: largestDifference(ours.windows, Float32Array.from(fixture.inputGradient)),
          },
        ].filter(({ difference }) => !(difference < gradientTolerance));
        expect(far).toEqual([]);
      });
    }
  });
}

function shiftedBy(values: Float32Array, from: number, direction: Float32Array, step: number): Float32Array {
  const moved = values.slice();
  direction.forEach((way, i) => (moved[from + i] = (moved[from + i] ?? 0) + step * way));
  return moved;
}

/** Derivative at 0 by central differences of two steps, extrapolated: error of the order of step^4. */
function richardson(f: (step: number) => number, step: number): number {
  const difference = (h: number): number => (f(h) - f(-h)) / (2 * h);
  return (4 * difference(step / 2) - difference(step)) / 3;
}

/** The batch cut into pieces of so many windows. */
function rowsOf({ windows, batch, noise }: NetInputs, size = 1): readonly NetInputs[] {
  const piece = (values: Float32Array, i: number): Float32Array =>
    values.slice((i * size * values.length) / batch, ((i + 1) * size * values.length) / batch);
  return Array.from({ length: batch / size }, (_, i) => ({
    windows: piece(windows, i),
    batch: size,
    noise: noise === null ? null : piece(noise, i),
  }));
}

function meanOfColumn(values: Float32Array, width: number, column: number): number {
  const rows = values.length / width;
  return Array.from({ length: rows }).reduce<number>((sum, _, r) => sum + (values[r * width + column] ?? 0), 0) / rows;
}
