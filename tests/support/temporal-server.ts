import { TestWorkflowEnvironment, type LocalTestWorkflowEnvironmentOptions } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { locateNativeParts } from '../../shared/runtime/native-parts';

/** Lets the native part of the SDK say errors only; once a process, before anything else of it. */
export function quietRuntime(): void {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
}

/** The Temporal CLI that was set up; throws what to do where there is none: these tests are not skipped. */
export function temporalProgram(): string {
  const { temporal } = locateNativeParts(process.env);
  if (!temporal.found) throw new Error(`these tests need a Temporal server: ${temporal.remedy}`);
  return temporal.path;
}

/** A development server on loopback that writes nothing, for a process of its own; a quiet one. */
export function startTemporalServer({
  server = {},
  ...options
}: LocalTestWorkflowEnvironmentOptions = {}): Promise<TestWorkflowEnvironment> {
  quietRuntime();
  return TestWorkflowEnvironment.createLocal({
    ...options,
    server: { executable: { type: 'existing-path', path: temporalProgram() }, ...server },
  });
}
