import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createHmac, hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fromHex, hex, utf8 } from '../../shared/protocol/bytes.ts';
import { expandLabel, extract } from '../../shared/crypto/schedule.ts';
import { passwordSalt, stretchPassword } from '../../shared/crypto/password.ts';
import { replay, type Outcome, type Script } from './replay.ts';

interface VectorFile {
  server_id: string;
  username: string;
  typed_password: string;
  stretched_password: string;
  flows: { input: Script; output: Outcome }[];
}

const file = JSON.parse(readFileSync(new URL('../vectors/handshake.json', import.meta.url), 'utf8')) as VectorFile;

for (const { input, output } of file.flows) {
  test(`${input.flow}: every byte as recorded`, () => {
    assert.equal(replay(input), output);
  });
}

test('the three flows are there', () => assert.equal(file.flows.map(({ input }) => input.flow), ['register', 'login', 'resume']));

test('the stretched password is as recorded, and NFC makes spellings equal', async () => {
  const salt = passwordSalt(fromHex(file.server_id)!, file.username);
  assert.is(await stretchPassword(file.typed_password, salt), file.stretched_password);
  assert.is(await stretchPassword('e\u0301', salt), await stretchPassword('\u00e9', salt));
});

test('Extract and Expand-Label agree with HKDF (RFC 5869) as Node has it', () => {
  const salt = utf8('salt');
  const material = utf8('material');
  assert.is(hex(extract(salt, material)), createHmac('sha256', salt).update(material).digest('hex'));
  for (const size of [0, 1, 12, 31, 32, 33, 64, 255]) {
    const label = utf8('reach1 key');
    const info = Buffer.concat([Buffer.from([size >> 8, size & 255, label.length]), label, Buffer.from([2, 7, 8])]);
    if (size > 0) assert.is(hex(expandLabel(extract(salt, material), 'key', Uint8Array.of(7, 8), size)), Buffer.from(hkdfSync('sha256', material, salt, info, size)).toString('hex'));
  }
});

test.run();
