// What the menu of the text offers for a word that is not in the dictionary.
import BookPlus from '@lucide/svelte/icons/book-plus';
import SpellCheck from '@lucide/svelte/icons/spell-check';
import { plain } from '../../spelling/prose.ts';
import { words } from '../../words/words.ts';
import type { AppContext } from '../context.ts';
import type { MenuItem } from '../parts/Menu.svelte';

type Field = HTMLInputElement | HTMLTextAreaElement;

/** Of the word under the pointer, or where the keyboard stands; empty where it is right, or not looked up. */
export async function spellingItems({ spelling, state, engine }: Pick<AppContext, 'spelling' | 'state' | 'engine'>, field: Field, { clientX: x, clientY: y }: MouseEvent): Promise<MenuItem[]> {
  const marks = [...(field.parentElement?.querySelectorAll<HTMLElement>('[data-from]') ?? [])].map((element) => ({ element, from: Number(element.dataset['from']), to: Number(element.dataset['to']) }));
  const found = marks.find(({ element }) => [...element.getClientRects()].some(({ left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom)) ?? marks.find(({ from, to }) => field.selectionStart !== null && field.selectionStart >= from && field.selectionStart <= to);
  if (!found) return [];
  const { from, to } = found;
  const word = field.value.slice(from, to);
  const replace = (by: string) => (): void => {
    field.focus();
    field.setSelectionRange(from, to);
    // The browser's own editing: Ctrl+Z takes it back.
    document.execCommand('insertText', false, by);
  };
  const learn = (): void => {
    const { dictionary } = state.settings.values;
    engine.changeSettings({ dictionary: [...dictionary, plain(word).toLowerCase()] });
    field.focus();
  };
  const suggested = await spelling.suggest(word);
  return [
    ...suggested.map((label): MenuItem => ({ label, icon: SpellCheck, run: replace(label) })),
    { label: words.compose.learn(word), icon: BookPlus, run: learn },
  ];
}
