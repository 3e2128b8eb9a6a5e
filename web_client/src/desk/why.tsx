/** How the conversation came to its consultant, the newest assignment first. */

import type { Explanation, Listing, Session } from "../core/wire";
import { Skeleton } from "../ui";
import type { Desk } from "./desk";
import { ExplanationView } from "./explanation_view";
import { LoadFailed } from "./load_failed";
import { useLoaded } from "./loaded";
import { deskText } from "./texts";

export function WhyThisConsultant({ desk, session }: { desk: Desk; session: Session }) {
  const t = deskText.value;
  const loaded = useLoaded(`${session.id} ${session.assigned_at ?? ""}`, async () => {
    void desk.directory.ensure().catch(() => undefined);
    const path = `/api/sessions/${encodeURIComponent(session.id)}/assignment`;
    return (await desk.parts.api.get<Listing<Explanation>>(path)).items;
  });
  if (loaded.state === "loading") return <Skeleton rows={4} />;
  if (loaded.state === "failed") return <LoadFailed onAgain={loaded.again} />;
  const [newest, ...earlier] = loaded.value;
  if (newest === undefined) return <p class="context-part__empty">{t.whyNothing}</p>;
  return (
    <>
      <ExplanationView desk={desk} explanation={newest} />
      {earlier.length > 0 && (
        <details class="earlier">
          <summary>{t.earlierAssignments}</summary>
          {earlier.map((explanation) => (
            <ExplanationView key={explanation.at} desk={desk} explanation={explanation} />
          ))}
        </details>
      )}
    </>
  );
}
