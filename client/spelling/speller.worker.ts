// The dictionary, beside the window's own thread: it takes a second to read, and a suggestion a quarter of one.
import nspell from 'nspell';
import { answerQuestions, type Question } from '../preview/worker-desk.ts';

type SpellingQuestion = Question & ({ load: { aff: string; dic: string } } | { check: string[] } | { suggest: string });

const SUGGESTIONS_MAX = 5;
const loaded: { speller?: nspell } = {};

answerQuestions<SpellingQuestion>((question) => {
  if ('load' in question) loaded.speller = nspell(question.load.aff, question.load.dic);
  else if ('check' in question) return question.check.filter((word) => !loaded.speller?.correct(word));
  else return loaded.speller?.suggest(question.suggest).slice(0, SUGGESTIONS_MAX) ?? [];
  return undefined;
});
