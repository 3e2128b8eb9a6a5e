/** What every place of the board works with, handed down once. */

import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Api } from "../../core/api";
import type { Connection } from "../../core/connection";
import type { PageParts } from "../../core/page";
import type { KeyValueStore } from "../../core/storage";
import type { Person } from "../../core/wire";
import { BoardFeed } from "../floor/board_feed";
import { Directory } from "../people/directory";

export interface BoardParts {
  api: Api;
  connection: Connection;
  store: KeyValueStore;
  self: Person;
  feed: BoardFeed;
  directory: Directory;
}

/** Opens the connection for a signed-in supervisor or admin. */
export function boardParts(page: PageParts, self: Person): BoardParts {
  const parts = { ...page, self, feed: new BoardFeed(page.connection), directory: new Directory(page.api) };
  page.connection.reopen();
  void parts.directory.load();
  return parts;
}

export function closeParts(parts: BoardParts): void {
  parts.feed.close();
  parts.connection.close();
}

const context = createContext<BoardParts | null>(null);
export const PartsProvider = context.Provider;

export function useParts(): BoardParts {
  const parts = useContext(context);
  if (parts === null) throw new Error("rendered outside of the signed-in board");
  return parts;
}
