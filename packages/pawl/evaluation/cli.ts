import { evaluate, NLP_COMMANDS } from '../../nlp/evaluation/evaluate.ts';
import { coreferenceCommand } from './coreference-command.ts';
import { storiesCommand } from './stories-command.ts';

await evaluate({ ...NLP_COMMANDS, stories: storiesCommand, coreference: coreferenceCommand }, process.argv.slice(2));
