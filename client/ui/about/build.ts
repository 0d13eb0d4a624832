// From which commit this was built, as scripts/build.mjs wrote it.

export interface Build {
  /** Its first letters. */
  commit?: string;
  /** Of the commit: YYYY-MM-DD. */
  day?: string;
}

/** Empty where the sources lay in no repository. */
export async function buildHere(): Promise<Build> {
  const answer = await fetch('/build.json');
  return answer.ok ? ((await answer.json()) as Build) : {};
}
