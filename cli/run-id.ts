/** Readable, sortable, and new: the instant and four random letters. */
export function newRunId(): string {
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const letters = Array.from({ length: 4 }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26))).join('');
  return `run-${stamp}-${letters}`;
}
