/** One or two letters and a steady colour for a name. */

const TINTS = 5;
/** After these a name's last character says nothing about the person. */
const FORM_OF_ADDRESS = /(先生|女士|小姐|太太|同学|老师|主管|医生|律师)$/u;

/**
 * A Chinese name gives the end of its given part (李明 -> 明) or, with a form of address, the family name (李女士 -> 李);
 * a Latin one its first letters (Ada Byron -> AB).
 */
export function initialsOf(name: string): string {
  const trimmed = name.trim();
  if (trimmed === "") return "·";
  const characters = [...trimmed];
  if (/\p{Script=Han}/u.test(trimmed)) {
    const han = characters.filter((character) => /\p{Script=Han}/u.test(character));
    return han.at(FORM_OF_ADDRESS.test(trimmed) ? 0 : -1) ?? "·";
  }
  const words = trimmed.split(/\s+/u);
  const first = [...(words[0] ?? "")][0] ?? "";
  const last = words.length > 1 ? ([...(words.at(-1) ?? "")][0] ?? "") : "";
  return (first + last).toUpperCase();
}

/** A tint number, the same for the same text on every device. */
export function tintOf(text: string): number {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum % TINTS;
}
