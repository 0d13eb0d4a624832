// Two short notes, made on the spot: nothing to load, nothing to decode.

/** Hertz, and seconds after the start. */
const NOTES = [[659.3, 0], [880, 0.09]] as const;
const LENGTH_S = 0.16;
const LOUDNESS = 0.08;

export class Chime {
  #context: AudioContext | undefined;

  play(): void {
    const context = (this.#context ??= new AudioContext());
    for (const [pitch, after] of NOTES) note(context, pitch, context.currentTime + after);
  }
}

function note(context: AudioContext, pitch: number, at: number): void {
  const [tone, loudness] = [context.createOscillator(), context.createGain()];
  tone.frequency.value = pitch;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(LOUDNESS, at + 0.01);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH_S);
  tone.connect(loudness).connect(context.destination);
  tone.start(at);
  tone.stop(at + LENGTH_S);
}
