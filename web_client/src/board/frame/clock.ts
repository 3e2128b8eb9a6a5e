/** A clock for the screen: one tick a second for all moving times, and how those times are written. */

import { signal } from "@preact/signals";

export const now_ms = signal(Date.now());
setInterval(() => {
  // Nobody looks at a hidden page; the next tick after its return corrects everything.
  if (document.visibilityState === "visible") now_ms.value = Date.now();
}, 1_000);
