export interface BoardTask<T> {
  readonly id: string;
  readonly run: () => Promise<T>;
}

/**
 * Runs tasks side by side and lets every one of them end, whatever becomes of the others: a cancelled activity may still
 * save what it has. While any is still running, the failed ones can be started again.
 */
export class TaskBoard<T> {
  private readonly results = new Map<string, T>();
  private readonly errors = new Map<string, unknown>();
  private readonly inFlight = new Map<string, Promise<void>>();

  constructor(private readonly tasks: readonly BoardTask<T>[]) {}

  failedIds(): readonly string[] {
    return [...this.errors.keys()];
  }

  /** Starts the failed tasks again; returns their ids. */
  retryFailed(): readonly string[] {
    const again = this.tasks.filter((task) => this.errors.has(task.id));
    for (const task of again) this.start(task);
    return again.map((task) => task.id);
  }

  /** All results in the order of the tasks, or the first error in that order once every task has ended. */
  async run(): Promise<readonly T[]> {
    for (const task of this.tasks) this.start(task);
    while (this.inFlight.size > 0) await Promise.race(this.inFlight.values());
    for (const task of this.tasks) {
      if (this.errors.has(task.id)) throw this.errors.get(task.id);
    }
    return this.tasks.map((task) => this.results.get(task.id) as T);
  }

  private start(task: BoardTask<T>): void {
    this.errors.delete(task.id);
    const settled = task.run().then(
      (result) => {
        this.results.set(task.id, result);
        this.inFlight.delete(task.id);
      },
      (error: unknown) => {
        this.errors.set(task.id, error);
        this.inFlight.delete(task.id);
      },
    );
    this.inFlight.set(task.id, settled);
  }
}
