import { z } from 'zod';

const positiveInt = z.number().int().positive();

/** Words that name a credential: such a value belongs into a secret, never into a configuration. */
const CREDENTIAL_NAME =
  /^(?:x-)?(?:api-?_?key|(?:access|auth|api)-?_?token|token|key|secret|password|authorization|cookie|.*-api-?key(?:-id)?|.*-secret(?:-key)?)$/i;

const SECRET_NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** A URL with `{symbol}` where the symbol stands. */
const urlTemplate = z
  .string()
  .min(1)
  .superRefine((text, context) => {
    const fault = urlFault(text);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  });

function urlFault(text: string): string | null {
  const url = parsedUrl(text.replaceAll('{symbol}', 'SYMBOL'));
  if (url === null) return 'is no URL; expected for example https://api.example.com/v1/bars?symbol={symbol}';
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return `begins with ${url.protocol}; expected https:`;
  if (url.username !== '' || url.password !== '')
    return 'holds a user name or password; name a secret under source.key instead';
  const credential = [...url.searchParams.keys()].find((name) => CREDENTIAL_NAME.test(name));
  if (credential !== undefined)
    return `has the query parameter '${credential}', which looks like a credential; name a secret under source.key instead`;
  return null;
}

function parsedUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** A column: its name, or its position from 0 where rows are lists or a CSV file has no header. */
const column = z.union([z.string().min(1), z.number().int().nonnegative()]).nullable();

/** Keys that lead to a value inside a JSON document; `{symbol}` stands for the symbol. Empty: the document itself. */
const jsonPath = z.array(z.string());

/** How the further parts of a long answer are asked for. */
const pagingSchema = z.discriminatedUnion('kind', [
  /** One answer holds everything. */
  z.strictObject({ kind: z.literal('none') }),
  /** A number in the query that counts up, until a page has no row, or fewer than `pageRows`. */
  z.strictObject({
    kind: z.literal('page'),
    parameter: z.string().min(1),
    first: z.number().int().nonnegative(),
    pageRows: positiveInt.nullable(),
  }),
  /** A mark in each answer that goes into the next query, until it is absent, null or empty. */
  z.strictObject({ kind: z.literal('cursor'), parameter: z.string().min(1), next: jsonPath.min(1) }),
  /** The address of the next page in each answer; null: in its `Link` header, as `rel="next"`. */
  z.strictObject({ kind: z.literal('link'), next: jsonPath.min(1).nullable() }),
  /** Spans of time, one after another from `from` until now. */
  z.strictObject({
    kind: z.literal('window'),
    fromParameter: z.string().min(1),
    toParameter: z.string().min(1),
    stamps: z.enum(['seconds', 'milliseconds', 'iso', 'date']),
    from: z.iso.date(),
    windowDays: positiveInt,
    /** The most rows that the vendor gives in one answer: so many mean that a window may have been cut. */
    maxRows: positiveInt.nullable(),
  }),
]);

const onePage = { kind: 'none' as const };

export const httpSourceSchema = z
  .strictObject({
    kind: z.literal('http'),
    /** The vendor's name, for people. */
    vendor: z.string().min(1).max(60),
    /** The symbols to ask for; null: those that `list` gives. */
    symbols: z.array(z.string().min(1)).min(1).nullable(),
    list: z
      .strictObject({
        url: urlTemplate,
        format: z.enum(['json', 'csv']),
        /** JSON: where the list stands. */
        path: jsonPath.default([]),
        /** The column with the symbol; null: the entries are the symbols. */
        field: column.default(null),
        paging: pagingSchema.default(onePage),
      })
      .nullable(),
    bars: z.strictObject({
      url: urlTemplate,
      format: z.enum(['json', 'csv']),
      /** JSON: where the bars stand. */
      path: jsonPath.default([]),
      /** JSON: a list of rows (objects or lists), an object of columns, or an object of rows by stamp. */
      layout: z.enum(['rows', 'columns', 'keyed']).default('rows'),
      /** null: recognised by their usual names. With `keyed` the stamp is the key. */
      columns: z
        .strictObject({
          time: column.default(null),
          open: column.default(null),
          high: column.default(null),
          low: column.default(null),
          close: column.default(null),
          volume: column.default(null),
        })
        .prefault({}),
      /** CSV: null: recognised from the first line. */
      delimiter: z.string().length(1).nullable().default(null),
      /** CSV: whether the first line names the columns. */
      header: z.boolean().default(true),
      paging: pagingSchema.default(onePage),
      /** JSON: the answer means "no bars here" where this value stands at this place. */
      emptyWhen: z
        .strictObject({ path: jsonPath.min(1), equals: z.string() })
        .nullable()
        .default(null),
      /** JSON: the answer means "too many requests" where anything stands at this place. */
      limitedWhen: z
        .strictObject({ path: jsonPath.min(1) })
        .nullable()
        .default(null),
    }),
    /** IANA zone of stamps that carry none. */
    timeZone: z.string().min(1),
    /** Whether a stamp is the instant a bar opens or closes. */
    stamp: z.enum(['open', 'close']),
    /** null: the commonest distance between two bars. */
    timeframeMinutes: positiveInt.max(1440).nullable(),
    /** Where the key goes; its value is a secret and is only named here. null: the vendor asks for none. */
    key: z
      .discriminatedUnion('in', [
        z.strictObject({ secret: z.string().regex(SECRET_NAME), in: z.literal('bearer') }),
        z.strictObject({
          secret: z.string().regex(SECRET_NAME),
          in: z.enum(['header', 'query']),
          /** Of the header or the query parameter. */
          name: z.string().regex(/^[A-Za-z0-9_.-]+$/, 'expected letters, digits and . _ -'),
        }),
      ])
      .nullable(),
    /** Sent with every request to the vendor's own host. Never a credential. */
    headers: z.record(z.string(), z.string()),
    /** Plain http to another machine than this one; without it only https and loopback addresses are asked. */
    allowPlainHttp: z.boolean(),
    /** Of one worker process. The limit of all workers together is the queue's (CANDLEWICK_VENDOR_RPS). */
    requestsPerSecond: z.number().positive().max(1_000),
    limits: z.strictObject({
      /** For one request, from its beginning to the last byte. */
      requestSeconds: z.number().positive().max(3_600),
      /** Without a byte for so long a request is given up. */
      stallSeconds: z.number().positive().max(600),
      /** Of one response, unpacked. */
      responseMb: z.number().positive().max(512),
      pages: positiveInt.max(100_000),
      /** Of one symbol: they are held in memory together. */
      bars: positiveInt.max(20_000_000),
      /** A vendor that asks for a longer pause than this is asked again after this long. */
      retryAfterSeconds: positiveInt.max(86_400),
    }),
  })
  .superRefine((source, context) => {
    for (const { path, message } of crossFaults(source)) context.addIssue({ code: 'custom', path: [...path], message });
  });

interface Fault {
  readonly path: readonly string[];
  readonly message: string;
}

function crossFaults(source: {
  readonly symbols: readonly string[] | null;
  readonly list: { readonly url: string; readonly format: string; readonly paging: Paging } | null;
  readonly bars: {
    readonly url: string;
    readonly format: string;
    readonly path: readonly string[];
    readonly paging: Paging;
  };
  readonly allowPlainHttp: boolean;
  readonly headers: Readonly<Record<string, string>>;
}): readonly Fault[] {
  const { symbols, list, bars, allowPlainHttp } = source;
  const faults: Fault[] = Object.entries(source.headers).flatMap(([name, value]) => headerFaults(name, value));
  if (symbols === null && list === null)
    faults.push({
      path: ['symbols'],
      message: 'name the symbols here, or say under source.list where the vendor lists them',
    });
  const urls = [
    { path: ['bars', 'url'], url: bars.url },
    ...(list === null ? [] : [{ path: ['list', 'url'], url: list.url }]),
  ];
  for (const { path, url } of urls) {
    if (isPlainHttpElsewhere(url) && !allowPlainHttp)
      faults.push({
        path,
        message:
          'is plain http to another machine: bars and key could be read and altered on the way; use https, or set source.allowPlainHttp',
      });
  }
  if (!bars.url.includes('{symbol}') && !bars.path.some((part) => part.includes('{symbol}')) && symbols?.length !== 1)
    faults.push({
      path: ['bars', 'url'],
      message: "does not contain '{symbol}', so every symbol would get the same bars",
    });
  for (const { path, format, paging } of [
    { ...bars, path: ['bars', 'paging'] },
    ...(list === null ? [] : [{ ...list, path: ['list', 'paging'] }]),
  ]) {
    if (format === 'csv' && (paging.kind === 'cursor' || (paging.kind === 'link' && paging.next !== null)))
      faults.push({ path, message: `'${paging.kind}' reads the next page from JSON, but the format is csv` });
  }
  return faults;
}

function headerFaults(name: string, value: string): readonly Fault[] {
  const path = ['headers', name];
  if (!/^[A-Za-z0-9-]+$/.test(name))
    return [{ path, message: 'is no name of a header: expected letters, digits and -' }];
  if (!/^[\x20-\x7E]*$/.test(value)) return [{ path, message: 'holds characters that a header cannot have' }];
  if (!CREDENTIAL_NAME.test(name)) return [];
  return [{ path, message: 'looks like a credential; name a secret under source.key instead' }];
}

function isPlainHttpElsewhere(template: string): boolean {
  const url = parsedUrl(template.replaceAll('{symbol}', 'SYMBOL'));
  return url?.protocol === 'http:' && !isLoopbackHost(url.hostname);
}

/** Whether a host, as it stands in a URL, is this machine itself. */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

type Paging = z.infer<typeof pagingSchema>;
export type PagingConfig = Paging;
export type HttpSourceConfig = z.infer<typeof httpSourceSchema>;
