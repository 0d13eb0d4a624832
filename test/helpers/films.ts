// Films and sounds of any size, written to disk piece by piece.
import { closeSync, openSync, writeSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { ascii, big, join, u16, u32, u64 } from '../preview/builders.ts';
import { sample } from './previews.ts';

const MB = 1024 * 1024;
/** Milliseconds that the sample plays, rounded up. */
const TURN_MS = 2_000;
/** Places in the sample (RFC 9559): its header ends, its tracks, the first block of its only cluster. */
const [HEADER_END, TRACKS, TRACKS_END, BLOCKS] = [36, 78, 125, 140];
const SIZE_FIELD = 8;

/** An element with a size of eight bytes, so that all places are known before anything is written. */
function element(id: readonly number[], ...body: Uint8Array[]): Uint8Array {
  const content = join(...body);
  return join(Uint8Array.from(id), sizeField(content.length), content);
}

function sizeField(size: number): Uint8Array {
  const field = big(u64(size));
  field[0] = 1;
  return field;
}

const number = (id: readonly number[], value: number): Uint8Array => element(id, big(u64(value)));

function double(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}

/** WebM: the sample again and again with rising times, each turn followed by a megabyte of nothing. Returns path and seconds. */
export function film(folder: string, name: string, turns: number): { path: string; seconds: number } {
  const clip = sample('clip.webm');
  const blocks = clip.subarray(BLOCKS);
  const cluster = (turn: number) => element([0x1f, 0x43, 0xb6, 0x75], number([0xe7], turn * TURN_MS), blocks, element([0xec], new Uint8Array(MB)));
  const info = element([0x15, 0x49, 0xa9, 0x66], number([0x2a, 0xd7, 0xb1], 1_000_000), element([0x44, 0x89], double(turns * TURN_MS)), element([0x4d, 0x80], ascii('test')), element([0x57, 0x41], ascii('test')));
  const tracks = clip.subarray(TRACKS, TRACKS_END);
  const cues = (first: number) => element([0x1c, 0x53, 0xbb, 0x6b], ...Array.from({ length: turns }, (_, turn) => element(
    [0xbb], number([0xb3], turn * TURN_MS), element([0xb7], number([0xf7], 1), number([0xf1], first + turn * cluster(0).length)),
  )));
  const first = info.length + tracks.length + cues(0).length;
  const path = joinPath(folder, name);
  const file = openSync(path, 'w');
  writeSync(file, clip.subarray(0, HEADER_END));
  writeSync(file, join(Uint8Array.of(0x18, 0x53, 0x80, 0x67), sizeField(first + turns * cluster(0).length)));
  writeSync(file, join(info, tracks, cues(first)));
  for (let turn = 0; turn < turns; turn += 1) writeSync(file, cluster(turn));
  closeSync(file);
  return { path, seconds: (turns * TURN_MS) / 1_000 };
}

/** WAV: a tone of 8 kHz, 16 bits. Returns path and seconds. */
export function tone(folder: string, name: string, megabytes: number): { path: string; seconds: number } {
  const path = joinPath(folder, name);
  const file = openSync(path, 'w');
  const size = megabytes * MB;
  writeSync(file, join(ascii('RIFF'), u32(36 + size), ascii('WAVEfmt '), u32(16), u16(1), u16(1), u32(8_000), u32(16_000), u16(2), u16(16), ascii('data'), u32(size)));
  const samples = new Int16Array(MB / 2).map((_, at) => Math.sin(at / 4) * 8_000);
  for (let written = 0; written < megabytes; written += 1) writeSync(file, new Uint8Array(samples.buffer));
  closeSync(file);
  return { path, seconds: size / 16_000 };
}

/** What says at its start that it is H.264 in an MP4, and is nothing more. */
export function licensedFilm(folder: string, name: string, megabytes: number): string {
  const path = joinPath(folder, name);
  const file = openSync(path, 'w');
  writeSync(file, join(ascii('\0\0\0\x18ftypisom\0\0\x02\0isomavc1\0\0\x10\0moov'), ascii('stsd\0\0\0\0\0\0\0\x01\0\0\0\x10avc1')));
  for (let written = 0; written < megabytes; written += 1) writeSync(file, new Uint8Array(MB));
  closeSync(file);
  return path;
}
