// Where a picture lies while it is zoomed and dragged, and which rows of many are in view.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RowLayout } from '../../client/preview/row-layout.ts';
import { bounded, clampScale, fitScale, pinchTo, stepScale, zoomTo, SCALE_MAX, type Frame, type Placing } from '../../client/preview/zoom.ts';

const NONE = { width: 0, height: 0 };
const FRAME: Frame = { picture: { width: 4_000, height: 2_000 }, box: { width: 1_000, height: 800 }, margin: NONE };
const FITTED: Placing = { scale: 0.25, x: 0, y: 0, turns: 0 };

/** The place of the picture, in its own pixels from its middle, that is seen at a place of the box. */
const under = ({ scale, x, y }: Placing, at: { x: number; y: number }): [number, number] => [(at.x - x) / scale, (at.y - y) / scale];

test('a picture fits whole and never grows over its size; turned, its other side counts', () => {
  assert.is(fitScale(FRAME, 0), 0.25);
  assert.is(fitScale(FRAME, 1), 0.2);
  assert.is(fitScale({ ...FRAME, picture: { width: 10, height: 10 } }, 0), 1);
  assert.is(fitScale({ ...FRAME, margin: { width: 100, height: 0 } }, 0), 0.2);
});

test('what is under the pointer stays under it', () => {
  const pointer = { x: 200, y: 50 };
  const before = zoomTo(FITTED, 1, { x: 0, y: 0 }, FRAME);
  const after = zoomTo(before, 2, pointer, FRAME);
  assert.equal(under(after, pointer).map(Math.round), under(before, pointer).map(Math.round));
  assert.is(after.scale, 2);
});

test('dragging ends where the edge of the picture meets the edge of the box', () => {
  const far = bounded({ scale: 1, x: 99_999, y: -99_999, turns: 0 }, FRAME);
  assert.equal([far.x, far.y], [1_500, -600]);
  const turned = bounded({ scale: 1, x: 99_999, y: -99_999, turns: 1 }, FRAME);
  assert.equal([turned.x, turned.y], [500, -1_600]);
  assert.equal(bounded({ ...FITTED, x: 40, y: 40 }, FRAME), FITTED);
});

test('two fingers make it larger by as much as they move apart, and what was between them stays there', () => {
  const from = [{ x: -50, y: 0 }, { x: 50, y: 0 }] as const;
  const larger = pinchTo({ ...FITTED, scale: 1 }, { from, to: [{ x: -100, y: 0 }, { x: 100, y: 0 }] }, FRAME);
  assert.equal([larger.scale, larger.x, larger.y], [2, 0, 0]);
  const moved = pinchTo(larger, { from, to: [{ x: -30, y: 20 }, { x: 70, y: 20 }] }, FRAME);
  assert.equal([moved.scale, moved.x, moved.y], [2, 20, 20]);
  assert.is(pinchTo(larger, { from, to: [{ x: 0, y: 0 }, { x: 0, y: 0 }] }, FRAME).scale, clampScale(0, FRAME, 0), 'it ends where zooming does');
});

test('zoom ends at a tenth and at eight times; what fits only below a tenth may be that small', () => {
  assert.is(zoomTo(FITTED, 99, { x: 0, y: 0 }, FRAME).scale, SCALE_MAX);
  assert.is(zoomTo(FITTED, 0.001, { x: 0, y: 0 }, FRAME).scale, 0.1);
  assert.is(clampScale(0.001, { ...FRAME, picture: { width: 20_000, height: 100 } }, 0), 0.05);
  assert.equal([stepScale(1, 1), stepScale(1, -1), stepScale(0.27, 1), stepScale(8, 1), stepScale(0.1, -1)], [1.25, 0.75, 0.33, 8, 0.1]);
});

test('rows in view, of one height and of many', () => {
  const even = new RowLayout(1_000, 20);
  assert.equal(even.span(0, 100, 0), { from: 0, to: 6 });
  assert.equal(even.span(995, 100, 2), { from: 47, to: 57 });
  assert.equal(even.span(999_999, 100, 5), { from: 994, to: 1_000 });
  const odd = new RowLayout(4, (row) => [10, 0, 30, 5][row]!);
  assert.equal([odd.total, odd.top(2), odd.height(2), odd.at(10), odd.at(39), odd.at(40)], [45, 10, 30, 2, 2, 3]);
  assert.equal(new RowLayout(0, 20).span(0, 100, 5), { from: 0, to: 0 });
});

test.run();
