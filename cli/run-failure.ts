/** Why a run did not close well: a code of the error table, and a sentence. */
export interface RunFailure {
  readonly code: string;
  readonly message: string;
}

/** Peels the client's layers off what `result()` threw. Layers are told by their names: `instanceof` fails across copies. */
export function runFailureOf(error: unknown): RunFailure {
  const root = rootCause(error);
  if (!(root instanceof Error)) return { code: 'Unexpected', message: String(root) };
  const { name, message } = root;
  if (name === 'CancelledFailure') return { code: 'Cancelled', message: 'it was cancelled; what was done is saved' };
  if (name === 'TerminatedFailure')
    return { code: 'Cancelled', message: `it was terminated (${message}); what was done is saved` };
  return { code: 'type' in root && typeof root.type === 'string' ? root.type : 'Unexpected', message };
}

/** Whether an error of the client says that the run is closed, rather than that nobody could be asked. */
export function isErrorNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function rootCause(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof Error ? rootCause(error.cause) : error;
}
