import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';
import type { SearchAttributePair } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';
import type { SEARCH_ATTRIBUTES } from '../shared/names/search-attributes';

type NamesOf<T> = {
  [K in keyof typeof SEARCH_ATTRIBUTES]: (typeof SEARCH_ATTRIBUTES)[K] extends T ? K : never;
}[keyof typeof SEARCH_ATTRIBUTES];

export function keywordAttribute(name: NamesOf<'KEYWORD'>, value: string): SearchAttributePair {
  return { key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD), value };
}

export function doubleAttribute(name: NamesOf<'DOUBLE'>, value: number): SearchAttributePair {
  return { key: defineSearchAttributeKey(name, SearchAttributeType.DOUBLE), value };
}

/** The server sets it on what a schedule starts: the calendar's instant, without jitter, and without the delay of a backfill. */
const SCHEDULED_START = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);

/** The instant of the schedule that started this execution; null where none did. */
export function scheduledStartMs(): number | null {
  return workflowInfo().typedSearchAttributes.get(SCHEDULED_START)?.getTime() ?? null;
}
