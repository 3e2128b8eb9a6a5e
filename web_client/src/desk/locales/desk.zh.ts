/** Words of the desk, in Chinese. */

import type { DeskTexts } from "./desk.en";

export const deskZh: DeskTexts = {
  title: "咨询师工作台",
};
