// From a result to its message.
import { tick } from 'svelte';
import type { FindHit } from '../../engine/types.ts';
import type { AppState } from '../../state/app.svelte.ts';
import { keyOf } from '../../state/order.ts';

/** Milliseconds for which the message that was jumped to stands out. */
const FOUND_MS = 2_000;

export async function goToHit(app: AppState, { room, message, sender }: FindHit): Promise<void> {
  if (!app.isOpen(room)) {
    app.rooms.open(room);
    await tick();
  }
  const key = keyOf({ sender, id: message });
  if (!app.timelines.get(room)?.showMessage(key)) return;
  await tick();
  const row = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  row?.scrollIntoView({ block: 'center' });
  row?.focus({ preventScroll: true });
  row?.setAttribute('data-found', '');
  setTimeout(() => row?.removeAttribute('data-found'), FOUND_MS);
}
