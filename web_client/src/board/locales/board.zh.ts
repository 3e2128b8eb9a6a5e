/** Words of the board, in Chinese. */

import type { BoardTexts } from "./board.en";

export const boardZh: BoardTexts = {
  title: "主管看板",
};
