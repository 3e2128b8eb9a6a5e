/** A conversation that is offered: who asks, why this consultant, and the time that is left to say yes or no. */

import { useSignal } from "@preact/signals";
import { formatDuration } from "../core/i18n";
import { Avatar, Button, Menu, MoreIcon, PriorityBadge } from "../ui";
import { attempt } from "./acts";
import { nowMs } from "./clock";
import type { Desk } from "./desk";
import type { HeldOffer } from "./desk_state";
import { decidingTerms } from "./explanation_facts";
import { ExplanationView } from "./explanation_view";
import { LanguageMark } from "./language_mark";
import { deskText } from "./texts";
import { WaitTime } from "./wait_time";

const REASONS = 2;

export function OfferCard({ desk, offer }: { desk: Desk; offer: HeldOffer }) {
  const t = deskText.value;
  const is_busy = useSignal(false);
  const { session } = offer;
  const answer = async (work: () => Promise<void>): Promise<void> => {
    is_busy.value = true;
    await attempt(work);
    is_busy.value = false;
  };
  return (
    <article class="offer" aria-label={t.offer({ name: session.user.name })} data-testid="desk-offer" data-session={offer.session_id}>
      <header class="offer__head">
        <Avatar name={session.user.name} id={session.user.id} />
        <span class="offer__who">
          <span class="session-row__name">{session.user.name}</span>
          <LanguageMark language={session.language} />
          <PriorityBadge priority={session.priority} reason={offer.priority_reason} />
        </span>
        {session.queued_at !== undefined && <WaitTime since_ms={Date.parse(session.queued_at)} />}
        <span class="offer__topic">{session.topic ?? ""}</span>
      </header>
      <p class="offer__why" data-testid="offer-reason">
        {whyYou(offer)}
      </p>
      <details
        class="offer__details"
        onToggle={(event) => {
          if (event.currentTarget.open) void desk.directory.ensure().catch(() => undefined);
        }}
      >
        <summary>{t.fullReason}</summary>
        <ExplanationView desk={desk} explanation={offer.explanation} />
      </details>
      <Countdown offer={offer} />
      <footer class="offer__acts">
        <Button size="small" testid="offer-decline" disabled={is_busy.value} onClick={() => void answer(() => desk.decline(offer))}>
          {t.decline}
        </Button>
        <Button kind="primary" size="small" testid="offer-accept" busy={is_busy.value} onClick={() => void answer(() => desk.accept(offer))}>
          {t.accept}
        </Button>
        <Menu
          label={t.declineBecause}
          icon={<MoreIcon />}
          testid="offer-decline-because"
          entries={[
            { kind: "heading", label: t.declineBecause },
            ...t.declineReasons.map((reason) => ({
              kind: "item" as const,
              label: reason,
              disabled: is_busy.value,
              testid: "offer-decline-reason",
              onSelect: () => void answer(() => desk.decline(offer, reason)),
            })),
          ]}
        />
      </footer>
    </article>
  );
}

function whyYou({ explanation }: HeldOffer): string {
  const t = deskText.value;
  const names = decidingTerms(explanation, REASONS).map((name) => t.terms[name] ?? name);
  return names.length === 0 ? t.whyYouPlain : t.whyYou({ terms: names.join(" · ") });
}

function Countdown({ offer }: { offer: HeldOffer }) {
  const left_ms = Math.max(0, offer.expires_at_ms - nowMs.value);
  const share = offer.expires_in_ms === 0 ? 0 : Math.min(1, left_ms / offer.expires_in_ms);
  const text = deskText.value.secondsLeft({ time: formatDuration(left_ms / 1000) });
  return (
    // Not a live region: a count read out every second would drown the offer itself.
    <div class={`countdown ${left_ms < 10_000 ? "countdown--soon" : ""}`} aria-live="off" data-testid="offer-countdown">
      <span class="countdown__bar">
        <span style={{ width: `${share * 100}%` }} />
      </span>
      {text}
    </div>
  );
}
