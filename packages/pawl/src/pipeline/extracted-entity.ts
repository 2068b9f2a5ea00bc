import type { Entity } from '@pawl/nlp';
import type { ExtractedEntity } from '../domain/result.ts';

/** An entity of the language library as results have it. */
export function toExtractedEntity(entity: Entity): ExtractedEntity {
  const { text, type, start, end, confidence, normalizedForm, id } = entity;
  return {
    text,
    type,
    start_char: start,
    end_char: end,
    confidence: Math.round(confidence * 1000) / 1000,
    ...(normalizedForm === undefined ? {} : { normalized_form: normalizedForm }),
    ...(id === undefined ? {} : { entity_id: id }),
  };
}

/** An entity of a result as the language library has it. */
export function toEntity(entity: ExtractedEntity): Entity {
  const { text, type, start_char, end_char, confidence, normalized_form, entity_id } = entity;
  return {
    text,
    type,
    start: start_char,
    end: end_char,
    confidence,
    ...(normalized_form === undefined ? {} : { normalizedForm: normalized_form }),
    ...(entity_id === undefined ? {} : { id: entity_id }),
  };
}
