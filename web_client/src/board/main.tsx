/** Starts the board. */

import { render } from "preact";
import { applyLanguage } from "../core/i18n";
import { applyTheme } from "../core/theme";
import { EmptyState } from "../ui";
import { boardText } from "./texts";

applyTheme();
applyLanguage();

function Board() {
  return <EmptyState title={boardText.value.title} />;
}

const root = document.getElementById("app");
if (root !== null) render(<Board />, root);
