// What a keeper hears and feels, and what a screen reader says: high and short is done, low and twice is "look here".
import { prefs } from "./prefs.svelte.ts";

let audio: AudioContext | undefined;

export function signal(kind: "done" | "look"): void {
  if (!prefs.isLoud) return;
  navigator.vibrate?.(kind === "look" ? [80, 80, 80] : 40);
  setTimeout(() => sound(kind)); // what is to be seen comes first: on an old telephone tones take their time
}

function sound(kind: "done" | "look"): void {
  try {
    audio ??= new AudioContext();
    void audio.resume();
    for (const [from, pitch] of kind === "look" ? ([[0, 300], [0.2, 220]] as const) : ([[0, 1050]] as const)) beep(audio, from, pitch, kind);
  } catch {
    // no sound on this machine: the screen says it too
  }
}

function beep(audio: AudioContext, from: number, pitch: number, kind: "done" | "look"): void {
  const tone = audio.createOscillator();
  const level = audio.createGain();
  const at = audio.currentTime + from;
  tone.type = kind === "look" ? "square" : "sine";
  tone.frequency.value = pitch;
  level.gain.setValueAtTime(0.15, at);
  level.gain.exponentialRampToValueAtTime(0.001, at + 0.15);
  tone.connect(level).connect(audio.destination);
  tone.start(at);
  tone.stop(at + 0.16);
}

class Spoken {
  polite = $state("");
  assertive = $state("");
}
export const spoken = new Spoken();

/** Said by a screen reader; the same words twice are said twice. */
export function say(text: string, kind: "polite" | "assertive" = "polite"): void {
  spoken[kind] = spoken[kind] === text ? `${text}\u00a0` : text;
}
