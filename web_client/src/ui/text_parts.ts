/** Cuts a message's text into plain parts, web links and, where asked, telephone numbers; never into markup. */

export type TextPart =
  | { kind: "text"; text: string }
  | { kind: "link"; text: string; href: string }
  | { kind: "phone"; text: string; href: string };

const LINK = /https?:\/\/[^\s<>"'“”‘’「」『』《》【】，。；：！？、（）]+/giu;
/** Hotlines such as 120, 12356, 400-161-9995, +86 10 8295 1332. */
const PHONE = /(?<![\d.:：/-])\+?\d(?:[\d-]|[ \u00a0](?=\d)){1,16}\d(?![\d.:：/-]*\d)/gu;
const FEWEST_DIGITS = 3;
const MOST_DIGITS = 15;

export interface PartOptions {
  /** True only for crisis answers: elsewhere a number is an order number more often than a telephone. */
  has_phones: boolean;
}

/** The parts joined are the text again, character by character. */
export function partsOf(text: string, options: PartOptions): TextPart[] {
  return splitBy(text, LINK, asLink).flatMap((part) =>
    part.kind === "text" && options.has_phones ? splitBy(part.text, PHONE, asPhone) : [part],
  );
}

function splitBy(text: string, pattern: RegExp, asPart: (match: string) => TextPart | null): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const part = asPart(match[0]);
    if (part === null) continue;
    if (match.index > end) parts.push({ kind: "text", text: text.slice(end, match.index) });
    parts.push(part);
    end = match.index + part.text.length;
  }
  if (end < text.length) parts.push({ kind: "text", text: text.slice(end) });
  return parts;
}

/** The address without the punctuation of the sentence around it; null for what no browser would open. */
function asLink(match: string): TextPart | null {
  const text = withoutTail(match);
  try {
    const address = new URL(text);
    const is_web = address.protocol === "http:" || address.protocol === "https:";
    // `https://bank.example@evil.example` shows one host and opens another.
    return is_web && address.username === "" && address.password === ""
      ? { kind: "link", text, href: address.href }
      : null;
  } catch {
    return null;
  }
}

function withoutTail(match: string): string {
  const trimmed = match.replace(/[.,;:!?*_~]+$/u, "");
  const has_open = trimmed.includes("(");
  return has_open ? trimmed : trimmed.replace(/[)\]}.,;:!?]+$/u, "");
}

function asPhone(match: string): TextPart | null {
  const digits = match.replace(/\D/gu, "");
  if (digits.length < FEWEST_DIGITS || digits.length > MOST_DIGITS) return null;
  return { kind: "phone", text: match, href: `tel:${match.startsWith("+") ? "+" : ""}${digits}` };
}
