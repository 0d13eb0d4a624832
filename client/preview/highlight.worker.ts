// Colours of a source text, computed beside the window's own thread. What comes back is places and names of colours, never markup.
import hljs from 'highlight.js/lib/common';
import { tokensOf, type TokenTree } from './tokens.ts';
import { answerQuestions, type Question } from './worker-desk.ts';

interface HighlightQuestion extends Question {
  text: string;
  language: string;
}

answerQuestions<HighlightQuestion>(({ text, language }) => {
  const { _emitter: emitter } = hljs.highlight(text, { language, ignoreIllegals: true });
  return tokensOf((emitter as unknown as { rootNode: TokenTree }).rootNode);
});
