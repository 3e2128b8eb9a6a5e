/** Splits what was typed or pasted into a row of words, at the commas of either language. */

export function wordsIn(text: string): string[] {
  const words = text.split(/[,，、;；\n]/u).map((word) => word.trim().replace(/\s+/gu, " "));
  return [...new Set(words.filter((word) => word !== ""))];
}
