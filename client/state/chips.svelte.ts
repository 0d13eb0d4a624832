// What a person has chosen to send and not sent yet, by room, in the order it will be sent.
import { SvelteMap } from 'svelte/reactivity';
import { INLINE_MAX_UDP } from '../../shared/protocol/limits.ts';
import type { DraftFile, OutgoingFile } from '../engine/types.ts';
import { words } from '../words/words.ts';
import { sizeBeside, sizeWords } from './amounts.ts';

/** Files chosen for one room at once; further ones are refused in words. */
export const CHIPS_MAX = 50;

export interface Chip extends DraftFile {
  number: number;
  /** The picture or sound itself, where it is one: for its likeness. */
  source?: Blob;
  /** What is computed of it before it is sent. */
  media?: OutgoingFile['media'];
}

export type NewChip = Omit<Chip, 'number'>;

/** What is found out about a chip after it was added. */
export type Found = Pick<Chip, 'source' | 'media'>;

export class ChipsState {
  /** What waits in a room is another list now. */
  changed: (room: string, files: readonly DraftFile[]) => void = () => undefined;
  readonly #rooms = new SvelteMap<string, readonly Chip[]>();
  /** By chip, while it stands here. */
  readonly #computing = new Map<number, Promise<void>>();
  #number = 0;

  of(room: string): readonly Chip[] {
    return this.#rooms.get(room) ?? [];
  }

  /** What there was no place for. */
  add(room: string, chips: readonly NewChip[]): readonly NewChip[] {
    const before = this.of(room);
    const fitting = chips.slice(0, Math.max(0, CHIPS_MAX - before.length));
    this.#set(room, [...before, ...fitting.map((chip) => ({ ...chip, number: (this.#number += 1) }))]);
    return chips.slice(fitting.length);
  }

  /** What an earlier process left, before what was added since. */
  restore(room: string, files: readonly DraftFile[]): void {
    const restored = files.map((file) => ({ ...file, number: (this.#number += 1) }));
    this.#set(room, [...restored, ...this.of(room)]);
  }

  /** What `work` finds goes with the chip; it is begun once. */
  compute(room: string, { number }: Chip, work: () => Promise<Found | undefined>): void {
    if (this.#computing.has(number)) return;
    const computed = work().then((found) => {
      const chips = this.of(room);
      if (found && chips.some((chip) => chip.number === number)) this.#set(room, chips.map((chip) => (chip.number === number ? { ...chip, ...found } : chip)));
    });
    this.#computing.set(number, computed);
  }

  /** Resolves when all chips of the room have what can be found of them. */
  async computed(room: string): Promise<void> {
    await Promise.all(this.of(room).map(({ number }) => this.#computing.get(number)));
  }

  remove(room: string, numbers: readonly number[]): void {
    for (const number of numbers) this.#computing.delete(number);
    this.#set(room, this.of(room).filter(({ number }) => !numbers.includes(number)));
  }

  /** Puts a chip at the place of another. */
  move(room: string, number: number, to: number): void {
    const list = this.of(room);
    const chip = list.find((one) => one.number === number);
    if (!chip) return;
    const rest = list.filter((one) => one !== chip);
    const at = Math.min(Math.max(to, 0), rest.length);
    this.#set(room, [...rest.slice(0, at), chip, ...rest.slice(at)]);
  }

  leave(room: string): void {
    this.remove(room, this.of(room).map(({ number }) => number));
  }

  forget(): void {
    this.#rooms.clear();
    this.#computing.clear();
  }

  #set(room: string, chips: readonly Chip[]): void {
    if (chips.length === 0) this.#rooms.delete(room);
    else this.#rooms.set(room, chips);
    this.changed(room, chips.filter(({ failure }) => failure === undefined).map(waiting));
  }
}

function waiting({ path, name, size, pasted, files }: Chip): DraftFile {
  return { path, name, size, pasted, ...(files !== undefined && { files }) };
}

/** Why it does not go out with the next message; undefined: it does. */
export function chipProblem(chip: Pick<Chip, 'size' | 'failure' | 'gone'>, fileMax: number): string | undefined {
  if (chip.gone) return words.files.gone;
  if (chip.failure) return chip.failure.message;
  return chip.size > fileMax ? words.files.chipOver(sizeBeside(chip.size, fileMax), sizeWords(fileMax)) : undefined;
}

/** It does not go with its message, which UDP could carry, but on a TCP connection of its own; so does every folder. */
export function needsTcp({ size, files }: Pick<Chip, 'size' | 'files'>): boolean {
  return files !== undefined || size > INLINE_MAX_UDP;
}

export function outgoing({ path, name, pasted, files, media }: Chip): OutgoingFile {
  return { path, ...(files === undefined && { name }), ...(pasted && { pasted }), ...(media && { media }) };
}
