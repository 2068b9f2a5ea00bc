import { DEFAULT_SETTINGS } from '../../src/config/default-settings.ts';
import type { ModelAccess } from '../../src/models/create-language-model.ts';

/** A model that is asked live, whose answers are awaited, with no keys, prices, budget or kept answers. */
export const PLAIN_ACCESS: ModelAccess = {
  environment: {},
  prices: [],
  maxCostNanos: null,
  flow: DEFAULT_SETTINGS,
  isOptional: false,
  answers: null,
  batch: null,
};
