/** Starts a page: one API, one connection, the theme and the language. */

import { Api } from "./api";
import { Connection } from "./connection";
import { applyLanguage } from "./i18n";
import { browserStore } from "./preferences";
import type { KeyValueStore } from "./storage";
import { applyTheme } from "./theme";
import { TokenStore, type Realm } from "./tokens";

export interface PageParts {
  api: Api;
  connection: Connection;
  store: KeyValueStore;
}

/** The connection is made but not opened: that takes a signed-in person. */
export function startPage(realm: Realm): PageParts {
  applyTheme();
  applyLanguage();
  const api = new Api(new TokenStore(realm, browserStore));
  return { api, connection: new Connection(api), store: browserStore };
}
