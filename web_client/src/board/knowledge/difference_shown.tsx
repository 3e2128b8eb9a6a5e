/** What changed in an entry, field by field: taken out and put in, readable without colours too. */

import { entryStatusName, languageName } from "../names";
import type { Difference, EntryStatus } from "../payloads";
import { knowledgeText } from "../texts";
import { partsOf, shortened, type Part } from "./text_difference";

export function Differences({ differences }: { differences: readonly Difference[] }) {
  const t = knowledgeText.value;
  return (
    <dl class="differences">
      {differences.map((difference) => (
        <div key={difference.field} class="differences__field">
          <dt>{t.fields[difference.field]}</dt>
          <dd>
            <Changed difference={difference} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Changed({ difference: { field, before, after } }: { difference: Difference }) {
  if (Array.isArray(after)) return <Items before={Array.isArray(before) ? before : null} after={after} />;
  if (typeof before !== "string") return <>{named(field, after)}</>;
  if (field === "status" || field === "language") {
    return <Parts parts={[{ kind: "removed", text: named(field, before) }, { kind: "added", text: named(field, after) }]} />;
  }
  return <Parts parts={shortened(partsOf(before, after))} />;
}

function Items({ before, after }: { before: readonly string[] | null; after: readonly string[] }) {
  const removed = (before ?? after).filter((item) => !after.includes(item));
  const added = after.filter((item) => !(before ?? after).includes(item));
  const is_reordered = removed.length === 0 && added.length === 0;
  const shown: Part[] = [
    ...removed.map((text): Part => ({ kind: "removed", text })),
    ...(is_reordered ? after : added).map((text): Part => ({ kind: is_reordered ? "same" : "added", text })),
  ];
  return (
    <ul class="differences__items">
      {shown.map((part, place) => (
        <li key={place}>
          <Parts parts={[part]} />
        </li>
      ))}
    </ul>
  );
}

function Parts({ parts }: { parts: readonly Part[] }) {
  return (
    <>
      {parts.map((part, place) => {
        if (part.kind === "removed") return <del key={place}>{part.text}</del>;
        if (part.kind === "added") return <ins key={place}>{part.text}</ins>;
        return <span key={place}>{part.text}</span>;
      })}
    </>
  );
}

function named(field: Difference["field"], value: string): string {
  if (field === "status") return entryStatusName(value as EntryStatus);
  return field === "language" ? languageName(value) : value;
}
