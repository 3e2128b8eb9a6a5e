/** Words of the board, in English. */

export const boardEn = {
  title: "Supervisor's board",
};

export type BoardTexts = typeof boardEn;
