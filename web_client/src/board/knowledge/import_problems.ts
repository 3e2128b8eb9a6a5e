/** The server's remarks about the lines of a file, told apart so that they can be said in the person's language. */

export interface LineProblem {
  line: number;
  message: string;
}

export type KnownRemark =
  | { kind: "missing"; field: string }
  | { kind: "not_text" | "not_list"; field: string }
  | { kind: "too_long"; field: string; most: number }
  | { kind: "same_as"; line: number }
  | { kind: "bad_status" | "bad_id" | "not_utf8" | "not_object" | "bad_language" }
  | { kind: "not_json" | "not_csv"; detail: string }
  | { kind: "columns"; columns: string }
  | { kind: "other"; message: string };

type Reading = (parts: string[]) => KnownRemark;

const READINGS: readonly [RegExp, Reading][] = [
  [/^(\w+): is missing$/u, ([field]) => ({ kind: "missing", field: field ?? "" })],
  [/^(\w+): is blank$/u, ([field]) => ({ kind: "missing", field: field ?? "" })],
  [/^(\w+): must be text$/u, ([field]) => ({ kind: "not_text", field: field ?? "" })],
  [/^(\w+): must be a list/u, ([field]) => ({ kind: "not_list", field: field ?? "" })],
  [/^(\w+): may have at most (\d+)/u, ([field, most]) => ({ kind: "too_long", field: field ?? "", most: Number(most) })],
  [/^the same entry as line (\d+)/u, ([line]) => ({ kind: "same_as", line: Number(line) })],
  [/^status: must be/u, () => ({ kind: "bad_status" })],
  [/^language: must be/u, () => ({ kind: "bad_language" })],
  [/^id: /u, () => ({ kind: "bad_id" })],
  [/^not UTF-8/u, () => ({ kind: "not_utf8" })],
  [/^not JSON: (.*)$/u, ([detail]) => ({ kind: "not_json", detail: detail ?? "" })],
  [/^not CSV: (.*)$/u, ([detail]) => ({ kind: "not_csv", detail: detail ?? "" })],
  [/^must be an object/u, () => ({ kind: "not_object" })],
  [/^the first line must name the columns; missing: (.*)$/u, ([columns]) => ({ kind: "columns", columns: columns ?? "" })],
];

export function remarkOf(message: string): KnownRemark {
  for (const [pattern, read] of READINGS) {
    const found = pattern.exec(message);
    if (found !== null) return read(found.slice(1));
  }
  return { kind: "other", message };
}

/** The lines a refused import names; empty when it was refused for another reason. */
export function lineProblems(details: Record<string, unknown>): LineProblem[] {
  const listed = details["errors"];
  if (!Array.isArray(listed)) return [];
  return listed.flatMap((one: { line?: unknown; message?: unknown }) =>
    typeof one?.line === "number" && typeof one.message === "string" ? [{ line: one.line, message: one.message }] : [],
  );
}
