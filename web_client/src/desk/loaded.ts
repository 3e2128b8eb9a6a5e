/** Something that a part of the page fetches for itself: on its way, here, or failed with a way to try again. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

export type Loaded<Value> = { state: "loading" } | { state: "here"; value: Value } | { state: "failed"; again: () => void };

/** Loads anew whenever `key` changes; what is there stays on screen meanwhile. */
export function useLoaded<Value>(key: string, load: () => Promise<Value>): Loaded<Value> {
  const loaded = useSignal<Loaded<Value>>({ state: "loading" });
  const begin = (): (() => void) => {
    let is_wanted = true;
    load().then(
      (value) => {
        if (is_wanted) loaded.value = { state: "here", value };
      },
      () => {
        if (is_wanted && loaded.peek().state !== "here") loaded.value = { state: "failed", again: () => void begin() };
      },
    );
    return () => {
      is_wanted = false;
    };
  };
  useEffect(begin, [key]);
  return loaded.value;
}
