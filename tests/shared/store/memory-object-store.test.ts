import { createMemoryObjectStore } from '../../support/memory-object-store';
import { describeObjectStore } from './object-store-cases';

describeObjectStore('memory', () =>
  Promise.resolve({ store: createMemoryObjectStore(), remove: () => Promise.resolve() }),
);
