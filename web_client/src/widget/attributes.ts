/** What the embedding page asked for, handed over in the frame's address. */

import { pageParameter } from "../core/preferences";
import { priceClasses } from "../core/wire";

export const attributes = {
  is_embedded: pageParameter("embed") === "1",
  /** The embedding page's origin: the only one that is spoken with. */
  parent_origin: originOf(pageParameter("parent")),
  colour: pageParameter("color"),
  greeting: pageParameter("greeting"),
  topic: pageParameter("topic"),
  price_class: priceClasses.find((one) => one === pageParameter("price")),
  /** True when the embedding page will vouch for its user. */
  expects_identity: pageParameter("identity") === "1",
};

function originOf(address: string | null): string | null {
  if (address === null) return null;
  try {
    const { origin, protocol } = new URL(address);
    return protocol === "https:" || protocol === "http:" ? origin : null;
  } catch {
    return null;
  }
}
