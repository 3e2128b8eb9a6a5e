import { expect, test } from "vitest";
import type { Message, PersonId } from "../../src/core/wire";
import { initialsOf, tintOf } from "../../src/ui/initials";
import { rowsOf } from "../../src/ui/message_rows";
import { isSendable, remainingCharacters } from "../../src/ui/text_limits";
import { message } from "../core/logs";

function at(seq: number, minutes: number, change: Partial<Message> = {}): Message {
  return message(seq, { created_at: new Date(2026, 0, 5, 8, minutes).toISOString(), ...change });
}

test("messages of one sender stand together until they pause", () => {
  const rows = rowsOf([at(1, 0), at(2, 1), at(3, 10)]).filter((row) => row.kind === "bubble");
  expect(rows.map((row) => [row.is_first, row.is_last])).toEqual([
    [true, false],
    [false, true],
    [true, true],
  ]);
});

test("another sender and a system line end a group", () => {
  const user = { role: "user" as const, id: "u-1" as PersonId, name: "Ada" };
  const rows = rowsOf([at(1, 0), at(2, 0, { from: user }), at(3, 0, { kind: "system", text: "assigned" }), at(4, 0)]);
  expect(rows.map((row) => row.kind)).toEqual(["day", "bubble", "bubble", "system", "bubble"]);
});

test("a new day begins with its line", () => {
  const rows = rowsOf([at(1, 0), at(2, 24 * 60)]);
  expect(rows.map((row) => row.kind)).toEqual(["day", "bubble", "day", "bubble"]);
});

test("a kind of message that nobody knows yet is shown by its text", () => {
  const [, row] = rowsOf([at(1, 0, { kind: "hologram", text: "words" })]);
  expect(row).toMatchObject({ kind: "bubble", message: { text: "words" } });
});

test("initials fit Chinese and Latin names", () => {
  expect(["李文静", "李女士", "Ada Lovelace", "bob", "", "  ", "👩‍⚕️ 医生"].map(initialsOf)).toEqual(["静", "李", "AL", "B", "·", "·", "医"]);
  expect(tintOf("c-1")).toBe(tintOf("c-1"));
});

test("length is counted in code points after composing, and blank is not sendable", () => {
  expect(remainingCharacters("😀".repeat(4_000))).toBe(0);
  expect(remainingCharacters("é".repeat(4_000))).toBe(0);
  expect(isSendable("字".repeat(4_001))).toBe(false);
  expect(isSendable(" \n\u3000")).toBe(false);
  expect(isSendable("好")).toBe(true);
});
