import { Context } from '@temporalio/activity';
import { combineWatches, type StageWatch } from '../../activities/support/stage-watch';

/** What becomes of stages, and what their trainers say, as lines of the worker's log under the activity's own fields. */
export const STAGE_LOG: StageWatch = {
  begin: (step) => {
    const { log } = Context.current();
    const about = step.part === '' ? {} : { part: step.part };
    const startedAtMs = Date.now();
    return {
      ...combineWatches([]).begin(step),
      said: (aside) => {
        switch (aside.kind) {
          case 'log':
            log[aside.level](aside.message, about);
            break;
          case 'epoch': {
            const { epoch, trainLoss, stoppingLoss } = aside;
            log.debug('epoch ended', { ...about, epoch, trainLoss, stoppingLoss });
            break;
          }
          case 'checkpoint':
          case 'began':
          case 'store':
            break;
        }
      },
      steppedDown: (cause) => void log.warn('one rung further down', { ...about, cause }),
      attemptEnded: ({ attemptId, outcome, code }) =>
        void log.debug('computation ended', { ...about, attemptId, outcome, code }),
      // The SDK itself tells of an activity that failed, with the whole failure.
      ended: ({ outcome }) => {
        if (outcome !== 'failed') log.info(outcome, { ...about, seconds: (Date.now() - startedAtMs) / 1000 });
      },
    };
  },
};
