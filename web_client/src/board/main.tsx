/** Starts the board. */

import { effect } from "@preact/signals";
import { render } from "preact";
import { startPage } from "../core/page";
import { App } from "./frame/app";
import { followAddress } from "./frame/route";
import { boardText } from "./texts";
import "./board.css";

const page = startPage("staff");
followAddress();

const root = document.getElementById("app");
if (root !== null) render(<App page={page} />, root);

effect(() => {
  document.title = boardText.value.pageTitle;
});
