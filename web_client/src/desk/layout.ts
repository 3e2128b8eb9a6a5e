/** How much room there is, and which pane is looked at where not all of them fit. */

import { computed, signal } from "@preact/signals";

/** `wide` shows three panes, `medium` two with the third as a drawer, `narrow` one at a time. */
export type Room = "wide" | "medium" | "narrow";
export type Pane = "list" | "talk" | "context";

const has_room_for_two = mediaSignal("(min-width: 761px)");
const has_room_for_three = mediaSignal("(min-width: 1161px)");

export const room = computed<Room>(() => {
  if (has_room_for_three.value) return "wide";
  return has_room_for_two.value ? "medium" : "narrow";
});

export const pane = signal<Pane>("list");

export function isShown(which: Pane): boolean {
  if (room.value === "wide") return true;
  if (room.value === "narrow") return pane.value === which;
  return which === "context" ? pane.value === "context" : true;
}

function mediaSignal(query: string) {
  const media = matchMedia(query);
  const matches = signal(media.matches);
  media.addEventListener("change", (event) => {
    matches.value = event.matches;
  });
  return matches;
}
