import { describe, expect, it } from "vitest";
import { partsOf, shortened, type Part } from "../../src/board/knowledge/text_difference";

const before = (parts: readonly Part[]): string => parts.filter((part) => part.kind !== "added").map((part) => part.text).join("");
const after = (parts: readonly Part[]): string => parts.filter((part) => part.kind !== "removed").map((part) => part.text).join("");

describe("the difference of two texts", () => {
  it("is by characters in Chinese and by words elsewhere", () => {
    expect(partsOf("七天内可以退款。", "三天内可以退款。")).toEqual([
      { kind: "removed", text: "七" },
      { kind: "added", text: "三" },
      { kind: "same", text: "天内可以退款。" },
    ]);
    expect(partsOf("within 7 days", "within 14 days").filter((part) => part.kind !== "same")).toEqual([
      { kind: "removed", text: "7" },
      { kind: "added", text: "14" },
    ]);
  });

  it("always gives back both texts", () => {
    const texts = ["", "a", "退款 within 7 天", "退款\n退款", "x ".repeat(900), "y ".repeat(900), "😀👍🏽 ok", "A b A b"];
    for (const one of texts) {
      for (const other of texts) {
        const parts = partsOf(one, other);
        expect(before(parts)).toBe(one);
        expect(after(parts)).toBe(other);
        expect(parts.every((part, place) => part.kind !== parts[place + 1]?.kind)).toBe(true);
      }
    }
  });

  it("shrinks what nobody changed and nothing else", () => {
    const long = "字".repeat(200);
    const parts = shortened(partsOf(`${long}旧${long}`, `${long}新${long}`));
    expect(parts.map((part) => part.kind)).toEqual(["same", "removed", "added", "same"]);
    expect(parts[0]?.text.length).toBeLessThan(40);
    expect(parts[0]?.text.endsWith("字")).toBe(true);
    expect(parts[3]?.text.startsWith("字")).toBe(true);
  });
});
