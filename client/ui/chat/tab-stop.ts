// One row of the list is in the tab order (ARIA: roving tabindex), and so is what can be pressed in it. In all other rows
// the pointer reaches the same things, and the keyboard comes to them by their row. Watched from outside, so that no part of
// a message has to know of it, and rows that come and go cost no more than a look. What scrolls by itself stays in the order: the
// keyboard has no other way to its end.

const CONTROLS = ':is(a[href], button, input, [tabindex]):not(pre)';
const ROW = '[data-key]';
const STOP = '[data-key][tabindex="0"]';
/** Pictures in one bubble are rows of their own; its author and its words go with whichever has its turn. */
const GROUP = '[data-testid="album"]';

/** Attached to a list of rows. */
export function oneTabStop(list: HTMLElement): () => void {
  /** What is out of the tab order, and the `tabindex` it had. */
  const out = new WeakMap<Element, string | null>();

  function settle(scope: Element): void {
    const controls = [scope, ...scope.querySelectorAll(CONTROLS)].filter((one) => one.matches(CONTROLS) && !one.matches(ROW));
    for (const control of controls as HTMLElement[]) (hasTurn(control) ? putIn : takeOut)(control);
  }
  function takeOut(control: HTMLElement): void {
    if (control.tabIndex < 0) return;
    out.set(control, control.getAttribute('tabindex'));
    control.setAttribute('tabindex', '-1');
  }
  function putIn(control: HTMLElement): void {
    const had = out.get(control);
    if (had === undefined) return;
    out.delete(control);
    if (had === null) control.removeAttribute('tabindex');
    else control.setAttribute('tabindex', had);
  }

  const observer = new MutationObserver((records) => {
    const scopes = new Set(records.flatMap(({ type, target, addedNodes }): Node[] => (type === 'attributes' ? [(target as Element).closest(GROUP) ?? target] : [...addedNodes])));
    for (const scope of scopes) if (scope instanceof Element && scope.isConnected) settle(scope);
    // What was changed here is no news.
    observer.takeRecords();
  });
  observer.observe(list, { subtree: true, childList: true, attributes: true, attributeFilter: ['tabindex'] });
  settle(list);
  return () => observer.disconnect();
}

function hasTurn(control: Element): boolean {
  const row = control.closest(ROW) ?? control.closest(GROUP);
  return row === null || row.matches(STOP) || (row.matches(GROUP) && row.querySelector(STOP) !== null);
}
