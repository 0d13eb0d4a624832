// node scripts/tray-icons.mjs: the three icons of the tray, made from client/public/icon.png. Run again when that changes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { root } from './freshness.mjs';

const SIZE = 32;
const DOT = { x: 23.5, y: 23.5, radius: 7.5, ring: 1.5 };
const folder = join(root, 'client', 'public');
const source = PNG.sync.read(readFileSync(join(folder, 'icon.png')));

/** The mean of the square of `source` that one pixel here stands for; colours weighted by how opaque they are. */
function smaller() {
  const step = source.width / SIZE;
  const icon = new PNG({ width: SIZE, height: SIZE });
  for (let at = 0; at < SIZE * SIZE; at += 1) {
    const [left, top] = [(at % SIZE) * step, Math.floor(at / SIZE) * step];
    const sum = [0, 0, 0, 0];
    for (let y = 0; y < step; y += 1) {
      for (let x = 0; x < step; x += 1) {
        const from = ((top + y) * source.width + left + x) * 4;
        const alpha = source.data[from + 3];
        for (let c = 0; c < 3; c += 1) sum[c] += source.data[from + c] * alpha;
        sum[3] += alpha;
      }
    }
    for (let c = 0; c < 3; c += 1) icon.data[at * 4 + c] = sum[3] === 0 ? 0 : Math.round(sum[c] / sum[3]);
    icon.data[at * 4 + 3] = Math.round(sum[3] / (step * step));
  }
  return icon;
}

function eachPixel(icon, change) {
  for (let at = 0; at < SIZE * SIZE; at += 1) change(icon.data.subarray(at * 4, at * 4 + 4), (at % SIZE) + 0.5, Math.floor(at / SIZE) + 0.5);
}

function withDot(icon) {
  eachPixel(icon, (pixel, x, y) => {
    const far = Math.hypot(x - DOT.x, y - DOT.y);
    if (far <= DOT.radius) pixel.set([229, 72, 77, 255]);
    else if (far <= DOT.radius + DOT.ring) pixel.set([255, 255, 255, 255]);
  });
}

function greyed(icon) {
  eachPixel(icon, (pixel) => {
    const grey = Math.round(pixel[0] * 0.3 + pixel[1] * 0.59 + pixel[2] * 0.11);
    pixel.set([grey, grey, grey, Math.round(pixel[3] * 0.6)]);
  });
}

for (const [name, change] of [['normal', () => undefined], ['unread', withDot], ['offline', greyed]]) {
  const icon = smaller();
  change(icon);
  writeFileSync(join(folder, `tray-${name}.png`), PNG.sync.write(icon));
}
