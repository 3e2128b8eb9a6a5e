/** The words of the desk. */

import { catalogue } from "../core/i18n";
import { deskEn, type DeskTexts } from "./locales/desk.en";
import { deskZh } from "./locales/desk.zh";

export const deskText = catalogue<DeskTexts>({ zh: deskZh, en: deskEn });
