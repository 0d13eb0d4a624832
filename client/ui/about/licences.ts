// The terms of everything that is built into Reach, as scripts/licences.mjs gathered them.

export interface Licence {
  name: string;
  /** Empty where it is told elsewhere. */
  version: string;
  /** SPDX. */
  licence: string;
  text: string;
}

/** Empty where the build has none. */
export async function licences(): Promise<readonly Licence[]> {
  const answer = await fetch('/licences.json');
  return answer.ok ? ((await answer.json()) as Licence[]) : [];
}
