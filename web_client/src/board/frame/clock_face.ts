/** How moving times are written, and when a wait becomes a worry. */

import type { Tone } from "../../ui";

/** From here on a wait deserves a look. */
export const LONG_WAIT_SECONDS = 60;
/** From here on a wait is too long. */
export const TOO_LONG_WAIT_SECONDS = 180;

/** `0:07`, `12:34`, `1:02:03`; digits stay in their place while they run. */
export function clockFace(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3_600);
  const minutes = Math.floor(whole / 60) % 60;
  const tail = String(whole % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

export function waitTone(seconds: number): Tone {
  if (seconds >= TOO_LONG_WAIT_SECONDS) return "danger";
  return seconds >= LONG_WAIT_SECONDS ? "warning" : "success";
}

/** Seconds between two moments; never negative, whatever this device's clock says. */
export function secondsBetween(from: string, to_ms: number): number {
  return Math.max(0, (to_ms - Date.parse(from)) / 1000);
}
