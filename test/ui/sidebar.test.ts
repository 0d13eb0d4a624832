// The width of the sidebar, by pointer and by keys.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RAIL, snapped, USUAL, WIDEST, widthAfter } from '../../client/ui/sidebar/width.ts';

test('dragged below 200 it is a rail, between it stops at its bounds', () => {
  assert.equal([0, 199, 200, 230, 300.4, 900].map(snapped), [RAIL, RAIL, 240, 240, 300, WIDEST]);
});

test('keys reach every width that the pointer reaches', () => {
  assert.is(widthAfter('ArrowLeft', 240), RAIL);
  assert.is(widthAfter('ArrowRight', RAIL), 240);
  assert.is(widthAfter('ArrowRight', WIDEST), WIDEST);
  assert.is(widthAfter('ArrowLeft', 272), 256);
  assert.equal([widthAfter('Home', 272), widthAfter('End', 272), widthAfter('Enter', RAIL), widthAfter('Enter', 300)], [RAIL, WIDEST, USUAL, RAIL]);
  assert.is(widthAfter('a', 272), undefined);
});

test.run();
