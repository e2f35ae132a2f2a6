/** One put on its way: what is written, and how it is recognised. */
export interface Writing {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly ifAbsent: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  readonly onProgress: (sentBytes: number, totalBytes: number) => void;
  /** Whether what stands under the key is the work of this very put. */
  readonly isOurs: () => Promise<boolean>;
}

/** The condition that lets exactly one exclusive put through. */
export function conditionOf(ifAbsent: boolean): { readonly IfNoneMatch?: '*' } {
  return ifAbsent ? { IfNoneMatch: '*' } : {};
}
