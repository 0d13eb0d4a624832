// Notifications of the system. Each is kept until it is gone, so that it can be taken back.
import type { Notice } from './platform.ts';

/** The oldest leaves for a newer one. */
const SHOWN_MAX = 20;

export class Notices {
  readonly #shown = new Map<string, Notification>();

  show({ key, title, body, pressed }: Notice): void {
    this.dismiss(key);
    const notice = new Notification(title, { body, tag: key, icon: 'icon.png', silent: true });
    notice.addEventListener('click', () => {
      this.dismiss(key);
      pressed();
    });
    notice.addEventListener('close', () => this.#shown.get(key) === notice && this.#shown.delete(key));
    this.#shown.set(key, notice);
    for (const oldest of this.#shown.keys()) if (this.#shown.size > SHOWN_MAX) this.dismiss(oldest);
  }

  dismiss(key: string): void {
    this.#shown.get(key)?.close();
    this.#shown.delete(key);
  }
}
