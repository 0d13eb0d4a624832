// The icon in the tray. It is made when it is first wanted: a desktop without a tray is asked for nothing.
import type { TrayView } from './platform.ts';

export class Tray {
  #tray: nw.Tray | undefined;
  /** What its menu is made of; the same words make no new one. */
  #made = '';
  #view: TrayView | undefined;

  show(view: TrayView | undefined): void {
    this.#view = view;
    if (!view) return this.#remove();
    const icon = `tray-${view.icon}.png`;
    this.#tray ??= this.#make(icon);
    this.#tray.icon = icon;
    this.#tray.tooltip = view.tip;
    const made = view.menu.map(({ label }) => label).join('\n');
    if (made === this.#made) return;
    this.#made = made;
    this.#tray.menu = this.#menu(view.menu.map(({ label }) => label));
  }

  #make(icon: string): nw.Tray {
    const tray = new nw.Tray({ title: 'Reach', icon });
    tray.on('click', () => this.#view?.pressed());
    return tray;
  }

  /** What an item does may change while its words stay. */
  #menu(labels: readonly string[]): nw.Menu {
    const menu = new nw.Menu();
    for (const [at, label] of labels.entries()) menu.append(new nw.MenuItem({ label, click: () => this.#view?.menu[at]?.run() }));
    return menu;
  }

  #remove(): void {
    this.#tray?.remove();
    this.#tray = undefined;
    this.#made = '';
  }
}
