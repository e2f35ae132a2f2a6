export interface BoardTask<T> {
  readonly id: string;
  readonly run: () => Promise<T>;
}

/**
 * Tasks begun at once. A workflow may have 2,000 pending activities; beyond it nothing would go on and nobody would be
 * told. The queue's slots decide how many really run.
 */
const MAX_BEGUN = 200;

/**
 * Runs tasks side by side and lets every one of them end, whatever becomes of the others: a cancelled activity may still
 * save what it has. While any is still running, the failed ones can be started again.
 */
export class TaskBoard<T> {
  private readonly results = new Map<string, T>();
  private readonly errors = new Map<string, unknown>();
  private readonly waiting: BoardTask<T>[] = [];
  private begun = 0;
  private allEnded: () => void = () => undefined;

  constructor(private readonly tasks: readonly BoardTask<T>[]) {}

  failedIds(): readonly string[] {
    return [...this.errors.keys()];
  }

  /** Starts the failed tasks again; returns their ids. */
  retryFailed(): readonly string[] {
    const again = this.tasks.filter((task) => this.errors.has(task.id));
    for (const task of again) this.errors.delete(task.id);
    this.enqueue(again);
    return again.map((task) => task.id);
  }

  /** All results in the order of the tasks, or the first error in that order once every task has ended. */
  async run(): Promise<readonly T[]> {
    const ended = new Promise<void>((resolve) => {
      this.allEnded = resolve;
    });
    this.enqueue(this.tasks);
    if (this.tasks.length > 0) await ended;
    for (const task of this.tasks) {
      if (this.errors.has(task.id)) throw this.errors.get(task.id);
    }
    return this.tasks.map((task) => this.results.get(task.id) as T);
  }

  private enqueue(tasks: readonly BoardTask<T>[]): void {
    this.waiting.push(...tasks);
    this.beginWaiting();
  }

  private beginWaiting(): void {
    while (this.begun < MAX_BEGUN) {
      const task = this.waiting.shift();
      if (task === undefined) break;
      this.begun += 1;
      void this.carry(task);
    }
    if (this.begun === 0) this.allEnded();
  }

  private async carry(task: BoardTask<T>): Promise<void> {
    try {
      this.results.set(task.id, await task.run());
    } catch (error) {
      this.errors.set(task.id, error);
    }
    this.begun -= 1;
    this.beginWaiting();
  }
}
