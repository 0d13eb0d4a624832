// PDF by pdf.js, in a worker of its own for each document. Rules: no script of a document is ever compiled or run, no form
// of XFA, no frame, no address that pdf.js itself would fetch; what a page needs besides (fonts, character maps) comes
// with the program. Pages become pixels on a canvas and text over it.
import { getDocument, PDFWorker, VerbosityLevel, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';
import { PreviewError } from './byte-source.ts';
import { BundledData } from './pdf-data.ts';
import { words } from '../words/words.ts';

export { TextLayer } from 'pdfjs-dist/legacy/build/pdf.mjs';
export type { PDFDocumentProxy, PDFPageProxy, RenderTask } from 'pdfjs-dist/legacy/build/pdf.mjs';

export interface OpenPdf {
  document: PDFDocumentProxy;
  /** CSS pixels of the first page at 100 %. */
  first: { width: number; height: number };
  pages: number;
}

/** Points of a PDF are 1/72 inch, pixels of CSS 1/96. */
export const PIXELS_PER_POINT = 96 / 72;
/** Of one canvas. */
export const CANVAS_PIXELS_MAX = 16_000_000;
/** Of one picture on a page; a larger one is left out. */
const IMAGE_PIXELS_MAX = 40_000_000;
export const PAGES_MAX = 5_000;
const WITHIN_MS = 30_000;

export class PdfDesk {
  readonly #port = new Worker(workerUrl, { type: 'module' });
  #stopped = false;

  /** The bytes go to the worker and are gone here. */
  async open(data: Uint8Array<ArrayBuffer>): Promise<OpenPdf> {
    const worker = PDFWorker.create({ port: this.#port, verbosity: VerbosityLevel.ERRORS });
    const task = getDocument({
      data, worker,
      isEvalSupported: false, enableXfa: false, stopAtErrors: false, useWorkerFetch: false, BinaryDataFactory: BundledData,
      maxImageSize: IMAGE_PIXELS_MAX, canvasMaxAreaInBytes: CANVAS_PIXELS_MAX * 4, disableAutoFetch: true, disableStream: true, disableRange: true,
      cMapPacked: true, verbosity: VerbosityLevel.ERRORS, cMapUrl: 'cmaps/', standardFontDataUrl: 'fonts/', wasmUrl: 'wasm/',
    });
    const timer = setTimeout(() => this.stop(), WITHIN_MS);
    try {
      const document = await Promise.race([task.promise, this.#failed()]);
      const page = await document.getPage(1);
      const { width, height } = page.getViewport({ scale: PIXELS_PER_POINT });
      return { document, first: { width, height }, pages: Math.min(document.numPages, PAGES_MAX) };
    } catch (cause) {
      throw this.#wordsFor(cause);
    } finally {
      clearTimeout(timer);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#port.terminate();
    // A worker that is ended says nothing: who waits for it is told here.
    this.#port.dispatchEvent(new Event('ended'));
  }

  #failed(): Promise<never> {
    return new Promise((_resolve, reject) => {
      for (const type of ['error', 'ended']) this.#port.addEventListener(type, () => reject(new PreviewError(words.refused.pdf.unopened, words.refused.save)), { once: true });
    });
  }

  #wordsFor(cause: unknown): PreviewError {
    if (cause instanceof PreviewError && !this.#stopped) return cause;
    const name = cause instanceof Error ? cause.name : '';
    if (name === 'PasswordException') return new PreviewError(words.refused.pdf.password, words.refused.pdf.withProgram);
    if (name === 'InvalidPDFException') return new PreviewError(words.refused.pdf.damaged, words.refused.askSender);
    return new PreviewError(this.#stopped ? words.refused.pdf.tooSlow : words.refused.pdf.unopened, words.refused.save);
  }
}
