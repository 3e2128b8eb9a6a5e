/** Words of the desk, in English. */

export const deskEn = {
  title: "Consultant's desk",
};

export type DeskTexts = typeof deskEn;
