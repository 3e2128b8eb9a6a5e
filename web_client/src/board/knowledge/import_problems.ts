/** The server's remarks about the lines of a file in the person's language, by their codes. */

import type { LineProblem } from "../payloads";
import type { KnowledgeTexts } from "../locales/knowledge.en";

/** A remark with a code that this client does not know is said as the server put it. */
export function remarkText(problem: LineProblem, remarks: KnowledgeTexts["remarks"]): string {
  const known = remarks as unknown as Record<string, string | ((words: Record<string, string>) => string)>;
  const remark = Object.hasOwn(known, problem.code) ? known[problem.code] : undefined;
  if (remark === undefined) return problem.message;
  if (typeof remark === "string") return remark;
  return remark({
    field: problem.field ?? "",
    most: String(problem.most ?? ""),
    line: String(problem.other_line ?? ""),
    columns: String(problem.columns ?? ""),
    cells: String(problem.cells ?? ""),
    detail: problem.detail ?? "",
  });
}

/** The lines a refused import names; empty when it was refused for another reason. */
export function lineProblems(details: Record<string, unknown>): LineProblem[] {
  const listed = details["errors"];
  if (!Array.isArray(listed)) return [];
  return listed.filter((one: LineProblem) => typeof one?.line === "number" && typeof one.message === "string");
}
