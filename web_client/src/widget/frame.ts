/** The chat's side of the talk between frame and embedding page; both sides check origin and window. */

import { signal } from "@preact/signals";
import { attributes } from "./attributes";

type FromHost = { wenjin: "shown"; shown: boolean } | { wenjin: "identity"; token: string };
type ToHost = { wenjin: "ready" } | { wenjin: "close" } | { wenjin: "unread"; count: number };

const IDENTITY_PATIENCE_MS = 3_000;

/** False while the frame is folded away: nothing counts as read then. */
export const isShown = signal(!attributes.is_embedded);

export function tellHost(message: ToHost): void {
  if (attributes.is_embedded && attributes.parent_origin !== null) parent.postMessage(message, attributes.parent_origin);
}

/** Starts listening; `onIdentity` is called for every identity token that the embedding page hands over. */
export function listenToHost(onIdentity: (token: string) => void): void {
  if (!attributes.is_embedded || attributes.parent_origin === null) return;
  addEventListener("message", (event: MessageEvent<unknown>) => {
    if (event.source !== parent || event.origin !== attributes.parent_origin) return;
    const message = event.data as Partial<FromHost> | null;
    if (message?.wenjin === "shown") isShown.value = message.shown === true;
    if (message?.wenjin === "identity" && typeof message.token === "string") onIdentity(message.token);
  });
  tellHost({ wenjin: "ready" });
}

/** The embedding page's first identity token, or null when none was announced or none came in time. */
export function firstIdentity(): { given: Promise<string | null>; give: (token: string) => void } {
  let give: (token: string) => void = () => undefined;
  const given = new Promise<string | null>((resolve) => {
    give = resolve;
    setTimeout(() => resolve(null), attributes.expects_identity ? IDENTITY_PATIENCE_MS : 0);
  });
  return { given, give };
}
