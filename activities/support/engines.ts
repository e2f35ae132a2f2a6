export { openModelEngines } from '../../inference/model-engines';
