/** Starts the desk. */

import { render } from "preact";
import { applyLanguage } from "../core/i18n";
import { applyTheme } from "../core/theme";
import { EmptyState } from "../ui";
import { deskText } from "./texts";

applyTheme();
applyLanguage();

function Desk() {
  return <EmptyState title={deskText.value.title} />;
}

const root = document.getElementById("app");
if (root !== null) render(<Desk />, root);
