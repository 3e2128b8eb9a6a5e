/** The store and the page's query that every preference reads. */

import { openStore, type KeyValueStore } from "./storage";

export const browserStore: KeyValueStore = openStore();

/** A parameter of the page's address; how the embed script hands over its attributes. */
export function pageParameter(name: string): string | null {
  return typeof location === "undefined" ? null : new URLSearchParams(location.search).get(name);
}
