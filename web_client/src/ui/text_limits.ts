/** The length of a message as the server counts it. */

/** Code points after NFC. */
export const LONGEST_MESSAGE = 4_000;

export function remainingCharacters(text: string): number {
  // Few texts come near the limit: the cheap count decides for all others.
  if (text.length < LONGEST_MESSAGE / 4) return LONGEST_MESSAGE - text.length;
  return LONGEST_MESSAGE - [...text.normalize("NFC")].length;
}

export function isSendable(text: string): boolean {
  return text.trim() !== "" && remainingCharacters(text) >= 0;
}
