/** Starts the desk, and keeps one for whoever is signed in. */

import { effect } from "@preact/signals";
import { render } from "preact";
import { startPage } from "../core/page";
import { App } from "./app";
import { pageTitle } from "./attention";
import { startClock } from "./clock";
import { Staff } from "./staff";
import "./styles/frame.css";
import "./styles/door.css";
import "./styles/presence.css";
import "./styles/list.css";
import "./styles/offer.css";
import "./styles/talk.css";
import "./styles/transfer.css";
import "./styles/context.css";
import "./styles/summary.css";

const staff = new Staff(startPage("staff"));
staff.start();
startClock();

const root = document.getElementById("app");
if (root !== null) render(<App staff={staff} />, root);

effect(() => {
  document.title = pageTitle(staff.desk.value);
});
