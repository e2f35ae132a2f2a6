export { dailyRetrain } from './daily-retrain';
export { promoteModel } from './promote-model';
export { trainBatch } from './train-batch';
export { trainSymbol } from './train-symbol';
export { trainUniverse } from './train-universe';
