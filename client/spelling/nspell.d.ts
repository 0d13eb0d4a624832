// What is used of nspell (wooorm/nspell), which has no types of its own.
declare module 'nspell' {
  interface nspell {
    correct(word: string): boolean;
    suggest(word: string): string[];
  }
  function nspell(aff: string, dic: string): nspell;
  export default nspell;
}
