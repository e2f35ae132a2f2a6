/** The last bytes of a text that grows; what came before is let go, and said so. Costs what it keeps, however much comes. */
export class TextTail {
  private chunks: string[] = [];
  private bytes = 0;
  private lost = 0;

  constructor(
    private readonly limitBytes: number,
    text = '',
  ) {
    this.push(text);
  }

  push(text: string): void {
    if (text === '') return;
    this.chunks.push(text);
    this.bytes += Buffer.byteLength(text);
    // Twice the limit before it is cut: each byte is then moved once, not with every line.
    if (this.bytes > 2 * this.limitBytes) this.cut();
  }

  read(): string {
    if (this.bytes > this.limitBytes) this.cut();
    const kept = this.chunks.join('');
    return this.lost === 0 ? kept : `[… ${String(this.lost)} bytes before this are not kept]\n${kept}`;
  }

  private cut(): void {
    const whole = Buffer.from(this.chunks.join(''));
    const kept = whole.subarray(Math.max(0, whole.length - this.limitBytes));
    this.lost += whole.length - kept.length;
    // A character that was cut through leaves up to three bytes of itself.
    this.chunks = [kept.toString('utf8').replace(/^\uFFFD{1,3}/u, '')];
    this.bytes = Buffer.byteLength(this.chunks[0] ?? '');
  }
}
