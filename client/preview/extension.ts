/** What stands behind the last dot of a name, in small letters; empty where there is nothing. */
export function extensionOf(name: string): string {
  return /\.([^.\s/\\]{1,16})$/.exec(name)?.[1]?.toLowerCase() ?? '';
}
