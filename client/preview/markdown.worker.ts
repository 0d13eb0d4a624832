import { parseMarkdownFile } from './markdown-tree.ts';
import { answerQuestions, type Question } from './worker-desk.ts';

answerQuestions<Question & { text: string }>(({ text }) => parseMarkdownFile(text));
