/** Starts the user's chat. */

import { effect } from "@preact/signals";
import { render } from "preact";
import { startPage } from "../core/page";
import { applyAccent } from "../core/theme";
import { App } from "./app";
import { attributes } from "./attributes";
import { Chat } from "./chat";
import { firstIdentity, isShown, listenToHost, tellHost } from "./frame";
import { chatText } from "./texts";
import { unreadOf } from "./unread";
import "./widget.css";

const chat = new Chat(startPage("user"));
applyAccent(attributes.colour);

const identity = firstIdentity();
let is_started = false;
listenToHost((token) => {
  if (is_started) void chat.identify(token);
  else identity.give(token);
});

const root = document.getElementById("app");
if (root !== null) render(<App chat={chat} />, root);

void identity.given.then((token) => {
  is_started = true;
  return chat.start(token);
});

effect(() => {
  const t = chatText.value;
  const count = unreadOf(chat.log.value, isShown.value);
  document.title = count > 0 ? t.unread({ count }) : t.product;
  tellHost({ wenjin: "unread", count });
});
