/** Loads koffi, at its first use and not before. It is an ES module, hence the dynamic import. */
export async function loadKoffi() {
  return await import('koffi');
}

export type Koffi = Awaited<ReturnType<typeof loadKoffi>>;
export type NativeLibrary = ReturnType<Koffi['load']>;
