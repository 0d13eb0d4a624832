// What TypeScript needs to know of debian.mjs.
export function missingForTests(binary: string): string[];
export function missingForWindow(binary: string): string[];
export function missingPrograms(programs: readonly ('Xvfb' | 'ss' | 'ip' | 'nft' | 'conntrack' | 'gcc')[]): string[];
export function installLine(packages: readonly string[]): string;
export function install(packages: readonly string[]): boolean;
export function isRoot(): boolean;
export const testPackages: readonly string[];
