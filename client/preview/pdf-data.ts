// Fonts, character maps and decoders that pdf.js asks for by name. They are part of the program and come from nowhere else.

const FILES: Readonly<Record<string, string>> = import.meta.glob<string>([
  '../../node_modules/pdfjs-dist/cmaps/*.bcmap',
  '../../node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}',
  '../../node_modules/pdfjs-dist/wasm/*.wasm',
], { query: '?url', import: 'default', eager: true });
const BY_NAME: ReadonlyMap<string, string> = new Map(Object.entries(FILES).map(([path, url]) => [path.slice(path.lastIndexOf('/') + 1), url]));

/** The shape that pdf.js wants: made by it, asked by it. */
export class BundledData {
  async fetch({ filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const url = BY_NAME.get(filename);
    if (url === undefined) throw new Error(`${filename} is not part of this program`);
    // The smallest ones stand in the program as data: addresses, which the page's policy does not let it fetch.
    if (url.startsWith('data:')) return Uint8Array.from(atob(url.slice(url.indexOf(',') + 1)), (letter) => letter.charCodeAt(0));
    return new Uint8Array(await (await fetch(url)).arrayBuffer());
  }
}
