/** A set-up step that cannot go on: `message` is one sentence with the remedy, `detail` the last lines of the tool that failed. */
export class SetupError extends Error {
  constructor(message, detail = '') {
    super(message);
    this.name = 'SetupError';
    this.detail = detail;
  }
}
