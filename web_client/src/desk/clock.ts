/** The present moment as a signal, for waits and countdowns that move. */

import { signal } from "@preact/signals";

const TICK_MS = 1_000;

/** Milliseconds since 1970 by this device's clock, a second apart. */
export const nowMs = signal(Date.now());

export function startClock(): () => void {
  const tick = (): void => {
    nowMs.value = Date.now();
  };
  const timer = setInterval(tick, TICK_MS);
  // Timers rest in hidden pages; what they show must be right at the first look.
  document.addEventListener("visibilitychange", tick);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", tick);
  };
}
