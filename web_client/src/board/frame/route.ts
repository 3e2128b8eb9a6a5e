/** The board's places as the part of the address behind `#`, so that back, reload and bookmarks work. */

import { signal } from "@preact/signals";
import type { Role, SessionId } from "../../core/wire";

export const PAGES = ["floor", "sessions", "quality", "knowledge", "bot", "consultants", "accounts"] as const;
export type PageName = (typeof PAGES)[number];

const ADMIN_PAGES: readonly PageName[] = ["knowledge", "bot", "consultants", "accounts"];

export interface Route {
  page: PageName;
  /** The session that is opened over the page. */
  session: SessionId | null;
}

export function pagesOf(role: Role | undefined): readonly PageName[] {
  return role === "admin" ? PAGES : PAGES.filter((page) => !ADMIN_PAGES.includes(page));
}

/** `#/sessions/s-1` -> the sessions page with that session open; anything unknown is the floor. */
export function routeOf(hash: string): Route {
  const [, name, id] = hash.replace(/^#/u, "").split("/");
  const page = PAGES.find((known) => known === name) ?? "floor";
  return { page, session: id === undefined || id === "" ? null : (decoded(id) as SessionId | null) };
}

export function hashOf(route: Route): string {
  return `#/${route.page}${route.session === null ? "" : `/${encodeURIComponent(route.session)}`}`;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

export const route = signal<Route>(routeOf(typeof location === "undefined" ? "" : location.hash));

/** Follows the address from now on; call once per page. */
export function followAddress(): void {
  addEventListener("hashchange", () => {
    route.value = routeOf(location.hash);
  });
}

export function goTo(page: PageName): void {
  location.hash = hashOf({ page, session: null });
}

export function openSession(session: SessionId): void {
  location.hash = hashOf({ page: route.peek().page, session });
}

export function closeSession(): void {
  location.hash = hashOf({ page: route.peek().page, session: null });
}
