/** One thing that is wrong, with its path in the configuration. */
export interface ConfigFault {
  readonly path: string;
  readonly message: string;
}
