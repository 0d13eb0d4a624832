/** Ctrl+C, or the end of the terminal, while something was asked or awaited. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}
