/** What was taken out of a text and what was put in: by characters in Chinese, by words elsewhere. */

export interface Part {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Beyond this many comparisons the middle is shown as replaced: nobody could read a finer picture of it. */
const MOST_COMPARISONS = 400_000;
const LEAST_SHARED = 0.5;
const CONTEXT = 24;

/** Joined without the removed parts it is `after`, without the added ones `before`. */
export function partsOf(before: string, after: string): Part[] {
  const old = tokensOf(before);
  const fresh = tokensOf(after);
  const head = commonLength(old, fresh, 0);
  const tail = commonLength(old.slice(head).reverse(), fresh.slice(head).reverse(), 0);
  const parts: Part[] = [];
  push(parts, "same", old.slice(0, head).join(""));
  middle(parts, old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail));
  push(parts, "same", old.slice(old.length - tail).join(""));
  return parts;
}

/** Long stretches that nobody changed shrink to their ends. */
export function shortened(parts: readonly Part[]): Part[] {
  return parts.map((part, place) => {
    const letters = [...part.text];
    if (part.kind !== "same" || letters.length <= CONTEXT * 3) return part;
    const start = place === 0 ? "" : letters.slice(0, CONTEXT).join("");
    const end = place === parts.length - 1 ? "" : letters.slice(-CONTEXT).join("");
    return { kind: "same", text: `${start} … ${end}` };
  });
}

function tokensOf(text: string): string[] {
  return text.match(/[\p{Script=Latin}\p{M}\d]+|\s+|./gsu) ?? [];
}

function commonLength(one: readonly string[], other: readonly string[], from: number): number {
  let length = from;
  while (length < one.length && length < other.length && one[length] === other[length]) length += 1;
  return length;
}

function middle(parts: Part[], old: readonly string[], fresh: readonly string[]): void {
  if (old.length * fresh.length > MOST_COMPARISONS || old.length === 0 || fresh.length === 0) {
    push(parts, "removed", old.join(""));
    push(parts, "added", fresh.join(""));
    return;
  }
  const longest = longestCommon(old, fresh);
  // Of two texts with little in common, crumbs of the same letters only confuse.
  if ((longest[0] ?? 0) < Math.max(old.length, fresh.length) * LEAST_SHARED) {
    push(parts, "removed", old.join(""));
    push(parts, "added", fresh.join(""));
    return;
  }
  const width = fresh.length + 1;
  let row = 0;
  let column = 0;
  while (row < old.length && column < fresh.length) {
    if (old[row] === fresh[column]) push(parts, "same", old[row] ?? ""), (row += 1), (column += 1);
    else if ((longest[(row + 1) * width + column] ?? 0) >= (longest[row * width + column + 1] ?? 0)) push(parts, "removed", old[row++] ?? "");
    else push(parts, "added", fresh[column++] ?? "");
  }
  push(parts, "removed", old.slice(row).join(""));
  push(parts, "added", fresh.slice(column).join(""));
}

/** Lengths of the longest common subsequences of all ends, row by row. */
function longestCommon(old: readonly string[], fresh: readonly string[]): Uint16Array {
  const width = fresh.length + 1;
  const lengths = new Uint16Array((old.length + 1) * width);
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = fresh.length - 1; column >= 0; column -= 1) {
      const below = lengths[(row + 1) * width + column] ?? 0;
      const right = lengths[row * width + column + 1] ?? 0;
      const diagonal = lengths[(row + 1) * width + column + 1] ?? 0;
      lengths[row * width + column] = old[row] === fresh[column] ? diagonal + 1 : Math.max(below, right);
    }
  }
  return lengths;
}

function push(parts: Part[], kind: Part["kind"], text: string): void {
  if (text === "") return;
  const last = parts.at(-1);
  if (last?.kind === kind) last.text += text;
  else parts.push({ kind, text });
}
