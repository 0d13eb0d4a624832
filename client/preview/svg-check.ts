// An SVG is drawn in the window's own process, as an <img> that runs nothing and loads nothing. What is left to fear is
// work without end: entities that unfold, references that draw references that draw references. Both are counted here
// before the picture is shown.
import { isTooLarge, type Size } from './image-size.ts';
import { words } from '../words/words.ts';

const texts = words.refused.drawing;

export type SvgVerdict = { size: Size | undefined } | { refused: string };

/** Larger drawings are refused: parsing happens on the thread that also answers the keyboard. */
export const SVG_BYTES_MAX = 8 * 1024 * 1024;
/** Elements after every reference is followed. */
const DRAWN_MAX = 200_000;

interface Element {
  id: string | undefined;
  /** Ids that it draws or paints with. */
  uses: string[];
  children: Element[];
}

export function checkSvg(text: string): SvgVerdict {
  if (/<!ENTITY/i.test(text)) return { refused: texts.entities };
  const size = declaredSize(text);
  if (size && isTooLarge(size)) return { refused: texts.tooManyPixels(size.width, size.height) };
  return drawnCount(parse(text)) > DRAWN_MAX ? { refused: texts.repeats } : { size };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, px: 1, pt: 4 / 3, pc: 16, in: 96, cm: 96 / 2.54, mm: 96 / 25.4, em: 16, ex: 8 };

/** By width and height of the root, else by its viewBox; undefined where it names neither in full. */
export function declaredSize(text: string): Size | undefined {
  const root = /<(?:svg:)?svg(?=[\s>/])((?:[^>"']|"[^"]*"|'[^']*')*)>/.exec(text)?.[1] ?? '';
  const length = (name: string): number | undefined => {
    const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*["']\\s*([\\d.]+(?:e[+-]?\\d+)?)\\s*([a-z]*)\\s*["']`, 'i').exec(root);
    const unit = UNITS[found?.[2]?.toLowerCase() ?? ''];
    return found && unit !== undefined ? Math.round(Number(found[1]) * unit) : undefined;
  };
  const box = /(?:^|\s)viewBox\s*=\s*["']\s*[-+\d.e]+[\s,]+[-+\d.e]+[\s,]+([\d.e+]+)[\s,]+([\d.e+]+)\s*["']/i.exec(root);
  const [width, height] = [length('width'), length('height')];
  if (width !== undefined && height !== undefined) return { width, height };
  if (!box) return undefined;
  const [across, down] = [Number(box[1]), Number(box[2])];
  if (width !== undefined) return { width, height: Math.round((width * down) / across) };
  return height === undefined ? { width: Math.round(across), height: Math.round(down) } : { width: Math.round((height * across) / down), height };
}

/** The elements as they stand; close enough to XML to count them. */
function parse(text: string): Element {
  const root: Element = { id: undefined, uses: [], children: [] };
  const open: Element[] = [root];
  for (const [tag, closing, attributes = '', alone] of text.matchAll(/<(\/)?[A-Za-z][\w:.-]*((?:[^<>"']|"[^"]*"|'[^']*')*?)(\/)?>/g)) {
    if (closing) {
      if (open.length > 1) open.pop();
      continue;
    }
    const element: Element = { id: /\sid\s*=\s*["']([^"']*)["']/.exec(tag)?.[1], uses: references(attributes), children: [] };
    open.at(-1)!.children.push(element);
    if (!alone) open.push(element);
  }
  root.uses.push(...styleReferences(text));
  return root;
}

function references(attributes: string): string[] {
  const links = attributes.matchAll(/href\s*=\s*["']\s*#([^"']*)["']/g);
  const paints = attributes.matchAll(/url\(\s*["']?#([^)"']*)["']?\s*\)/g);
  return [...links, ...paints].map((found) => found[1]!.trim());
}

function styleReferences(text: string): string[] {
  return [...text.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)].flatMap((found) => references(found[1]!));
}

function drawnCount(root: Element): number {
  const byId = new Map<string, Element>();
  const known = new Map<Element, number>();
  const under = new Set<Element>();
  // Post-order by hand: the nesting of a hostile file is deeper than the stack.
  const order: Element[] = [];
  const all: Element[] = [root];
  for (let at = 0; at < all.length; at += 1) {
    const element = all[at]!;
    if (element.id !== undefined && !byId.has(element.id)) byId.set(element.id, element);
    all.push(...element.children);
  }
  const parts = (element: Element): Element[] => [...element.children, ...element.uses.flatMap((id) => byId.get(id) ?? [])];
  order.push(root);
  while (order.length > 0) {
    const element = order.at(-1)!;
    const waiting = under.has(element) ? undefined : parts(element).filter((part) => !known.has(part) && !under.has(part));
    under.add(element);
    if (waiting && waiting.length > 0) {
      order.push(...waiting);
      continue;
    }
    order.pop();
    known.set(element, Math.min(Number.MAX_SAFE_INTEGER, parts(element).reduce((sum, part) => sum + (known.get(part) ?? 0), 1)));
  }
  return known.get(root) ?? 0;
}
