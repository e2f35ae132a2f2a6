/** What a job is told of its own life. */
export interface JobLifetime {
  /**
   * Aborted when the job is to save what it has and to answer `Cancelled`. Only a job that lets the event loop turn (a step,
   * then `setImmediate`) hears of it.
   */
  readonly signal: AbortSignal;
  /** Says that the job listens to `signal` from now on. Until then, and without it, a stop ends the process at once. */
  readonly canStop: () => void;
}

/** How long a job whose parent is gone may take to save: nobody else is left to end it. */
const ORPHAN_GRACE_MS = 60_000;

/** The job under way, as the process that holds it sees it. */
export interface RunningJob {
  readonly lifetime: JobLifetime;
  /** Tells the job to stop. Means nothing to one that does not listen. */
  readonly stop: () => void;
  /** The parent is gone: the job saves and then the process ends; at once where the job does not listen. */
  readonly leave: () => void;
  /** To be called when the job is done: gives SIGTERM its default meaning back. True where the process is to end. */
  readonly end: () => boolean;
}

/**
 * The life of one job. SIGTERM keeps its default meaning, which works in the middle of native code too, except while a job
 * runs that said it can stop.
 */
export function startJob(onStoppable: () => void): RunningJob {
  const stopping = new AbortController();
  let listens = false;
  let leavesAfterwards = false;
  let deadline: NodeJS.Timeout | null = null;
  const onTerm = (): void => {
    leavesAfterwards = true;
    stopping.abort();
  };
  return {
    lifetime: {
      signal: stopping.signal,
      canStop: () => {
        if (listens) return;
        listens = true;
        process.on('SIGTERM', onTerm);
        onStoppable();
      },
    },
    stop: () => {
      if (listens) stopping.abort();
    },
    leave: () => {
      if (!listens) process.exit(0);
      deadline ??= setTimeout(() => process.exit(1), ORPHAN_GRACE_MS).unref();
      onTerm();
    },
    end: () => {
      listens = false;
      process.off('SIGTERM', onTerm);
      return leavesAfterwards;
    },
  };
}
