import fc from 'fast-check';
import type { Assignment, AssignmentAction } from '../../../shared/contracts/registry';
import { aliasesAfter } from '../../../shared/store/aliases';

/** A model's assignments, the newest first. */
type History = readonly Assignment[];

function after(history: History, action: AssignmentAction, version: number): History {
  const sequence = history.length + 1;
  const said = { requestId: String(sequence), who: 'ada', why: 'why', at: '2026-03-02T06:00:00.000Z' };
  const aliases = aliasesAfter(history, action, version);
  return [{ model: 'daily/XAG-h20', sequence, ...aliases, action, version, verdict: null, ...said }, ...history];
}

/** Rolls back until there is nothing to roll back to, or far more often than there were assignments. */
function rolledBack(history: History): { readonly champions: readonly (number | null)[]; readonly ended: boolean } {
  const limit = history.length + 5;
  const champions = [];
  let now = history;
  for (let i = 0; i < limit; i += 1) {
    const previous = now[0]?.previous ?? null;
    if (previous === null) return { champions, ended: true };
    now = after(now, 'rollback', previous);
    champions.push(now[0]?.champion ?? null);
  }
  return { champions, ended: false };
}

/** What was promoted by a promotion that no rollback has undone, the newest last. */
function standing(history: History): readonly number[] {
  const stack: number[] = [];
  for (const { action, version } of [...history].reverse()) {
    if (action === 'promote') stack.push(version);
    if (action === 'rollback') stack.pop();
  }
  return stack;
}

describe('rollbacks one after another', () => {
  it('go further back also where a version was promoted a second time', () => {
    const history = [1, 2, 1].reduce<History>((now, version) => after(now, 'promote', version), []);
    expect(rolledBack(history)).toEqual({ champions: [2, 1], ended: true });
  });

  it('undo a promotion once each, the newest first, and end with nothing to roll back to', () => {
    const step = fc.record({
      action: fc.constantFrom<AssignmentAction>('promote', 'promote', 'register', 'refuse', 'rollback'),
      version: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const history = steps.reduce<History>((now, { action, version }) => {
          if (action === 'promote') return now[0]?.champion === version ? now : after(now, action, version);
          if (action !== 'rollback') return after(now, action, version);
          const previous = now[0]?.previous ?? null;
          return previous === null ? now : after(now, action, previous);
        }, []);
        expect(rolledBack(history)).toEqual({ champions: [...standing(history)].slice(0, -1).reverse(), ended: true });
      }),
    );
  });

  it('end also in a history in which earlier ones went to and fro', () => {
    const history = [1, 2, 1].reduce<History>((now, version) => after(now, 'promote', version), []);
    const [newest] = history;
    const swung = [2, 1, 2].reduce<History>(
      (now, champion, i) => [
        { ...newest!, sequence: 4 + i, action: 'rollback', champion, version: champion, previous: 3 - champion },
        ...now,
      ],
      history,
    );
    expect(rolledBack(swung)).toMatchObject({ ended: true });
  });
});
