/** Which fields of a form a refused request complains about. */

import { ApiError } from "../../core/failures";

/**
 * Names of top-level fields, from `details.fields` or from a message that begins with one (`capacity: must be …`).
 * Empty for failures that are not about a field.
 */
export function refusedFields(failure: unknown, known: readonly string[]): string[] {
  if (!(failure instanceof ApiError) || failure.code !== "bad_request") return [];
  const listed = failure.details["fields"];
  const names = Array.isArray(listed)
    ? listed.map((one: { field?: unknown }) => String(one.field ?? "").split(".")[0] ?? "")
    : [];
  const spoken = /^(?:the )?([a-z_]+)/iu.exec(failure.message)?.[1] ?? "";
  return [...new Set([...names, spoken])].filter((name) => known.includes(name));
}
