/** What the page's title says, so that a hidden desk can be noticed. */

import { nowMs } from "./clock";
import type { Desk } from "./desk";
import { openOffers } from "./desk_state";
import { deskText } from "./texts";

export function pageTitle(desk: Desk | null): string {
  const t = deskText.value;
  const title = `${t.title} · ${t.product}`;
  if (desk === null) return title;
  const offers = openOffers(desk.view.value, nowMs.value).length;
  const news = Math.max(desk.unread.value, desk.view.value.fresh.size) + offers;
  const head = offers > 0 ? `${t.titleOffer} · ${title}` : title;
  return news > 0 ? t.titleWithNews({ count: news, title: head }) : head;
}
