// Heights of many rows, of which only those in view exist: where each one starts, and which ones a view of it shows.

export interface RowSpan {
  from: number;
  to: number;
}

export class RowLayout {
  readonly count: number;
  readonly #tops: Float64Array;

  /** `heights`: one for all, or one for each. */
  constructor(count: number, heights: number | ((row: number) => number)) {
    this.count = count;
    this.#tops = new Float64Array(count + 1);
    const height = typeof heights === 'number' ? () => heights : heights;
    for (let row = 0; row < count; row += 1) this.#tops[row + 1] = this.#tops[row]! + height(row);
  }

  get total(): number {
    return this.#tops[this.count]!;
  }

  top(row: number): number {
    return this.#tops[Math.max(0, Math.min(row, this.count))]!;
  }

  height(row: number): number {
    return this.top(row + 1) - this.top(row);
  }

  /** The row at this place. */
  at(place: number): number {
    let [low, high] = [0, Math.max(0, this.count - 1)];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#tops[middle]! <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Rows in view, and some more on both sides. */
  span(top: number, height: number, further: number): RowSpan {
    if (this.count === 0) return { from: 0, to: 0 };
    return { from: Math.max(0, this.at(top) - further), to: Math.min(this.count, this.at(top + height) + 1 + further) };
  }
}
