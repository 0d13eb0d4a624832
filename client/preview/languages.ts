// Which grammar colours a file, by the ending of its name. Anything else stays plain: guessing costs every grammar a run.
import { extensionOf } from './extension.ts';

const BY_EXTENSION: Readonly<Record<string, string>> = {
  c: 'c', h: 'c', cc: 'cpp', cpp: 'cpp', cxx: 'cpp', hpp: 'cpp', hh: 'cpp', cs: 'csharp', css: 'css', diff: 'diff', patch: 'diff', go: 'go',
  graphql: 'graphql', gql: 'graphql', ini: 'ini', toml: 'ini', cfg: 'ini', conf: 'ini', env: 'ini', java: 'java', js: 'javascript', mjs: 'javascript',
  cjs: 'javascript', jsx: 'javascript', json: 'json', jsonl: 'json', webmanifest: 'json', geojson: 'json', kt: 'kotlin', kts: 'kotlin', less: 'less', lua: 'lua', mk: 'makefile',
  md: 'markdown', markdown: 'markdown', m: 'objectivec', mm: 'objectivec', pl: 'perl', pm: 'perl', php: 'php', py: 'python', pyw: 'python', r: 'r',
  rb: 'ruby', rs: 'rust', scss: 'scss', sass: 'scss', sh: 'bash', bash: 'bash', zsh: 'bash', sql: 'sql', svelte: 'xml', swift: 'swift', ts: 'typescript',
  tsx: 'typescript', mts: 'typescript', cts: 'typescript', vb: 'vbnet', vue: 'xml', wat: 'wasm', xml: 'xml', html: 'xml', htm: 'xml', xhtml: 'xml', svg: 'xml',
  plist: 'xml', rss: 'xml', yaml: 'yaml', yml: 'yaml',
};
const BY_NAME: Readonly<Record<string, string>> = { makefile: 'makefile', gemfile: 'ruby', rakefile: 'ruby', '.bashrc': 'bash', '.profile': 'bash' };

export function languageOf(name: string): string | undefined {
  return BY_NAME[name.toLowerCase()] ?? BY_EXTENSION[extensionOf(name)];
}
