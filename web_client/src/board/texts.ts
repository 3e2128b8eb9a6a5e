/** The words of the board. */

import { catalogue } from "../core/i18n";
import { boardEn, type BoardTexts } from "./locales/board.en";
import { boardZh } from "./locales/board.zh";

export const boardText = catalogue<BoardTexts>({ zh: boardZh, en: boardEn });
