/** Everybody who waits, in order, with waits that move. */

import { useSignal } from "@preact/signals";
import type { QueueItem } from "../core/wire";
import { Badge, Button, PriorityBadge, tellFailure } from "../ui";
import type { Desk } from "./desk";
import { LanguageMark } from "./language_mark";
import { deskText } from "./texts";
import { WaitTime } from "./wait_time";

export function QueueList({ desk }: { desk: Desk }) {
  const t = deskText.value;
  const { queue } = desk.view.value;
  return (
    <section class="list-part" aria-label={t.waitingHeading}>
      <h2 class="list-part__title">
        {t.waitingHeading}
        <span class="list-part__count" data-testid="queue-length">
          {queue.length}
        </span>
      </h2>
      {queue.length === 0 ? (
        <p class="list-part__empty">{t.nobodyWaits}</p>
      ) : (
        <ol class="rows">
          {queue.map((item) => (
            <QueueRow key={item.id} desk={desk} item={item} />
          ))}
        </ol>
      )}
    </section>
  );
}

function QueueRow({ desk, item }: { desk: Desk; item: QueueItem }) {
  const t = deskText.value;
  return (
    <li class="queue-row" data-testid="desk-queue-item" data-session={item.id} data-position={item.position}>
      <span class="queue-row__position" aria-label={t.position({ position: item.position })}>
        {item.position}
      </span>
      <span class="queue-row__who">
        <span class="session-row__name">{item.user.name}</span>
        <LanguageMark language={item.language} />
        <PriorityBadge priority={item.priority} reason={item.priority_reason} />
      </span>
      <WaitTime since_ms={Date.parse(item.queued_at)} />
      <span class="queue-row__topic">{item.topic ?? ""}</span>
      {item.is_offered ? <Badge>{t.isOffered}</Badge> : <ClaimButton desk={desk} item={item} />}
    </li>
  );
}

function ClaimButton({ desk, item }: { desk: Desk; item: QueueItem }) {
  const t = deskText.value;
  const is_busy = useSignal(false);
  const { presence, sessions } = desk.view.value;
  const can_take = presence?.status === "online" && sessions.length < presence.capacity;
  if (!desk.mayClaim.value || !can_take) return null;
  const claim = async (): Promise<void> => {
    is_busy.value = true;
    try {
      await desk.claim(item.id);
    } catch (failure) {
      tellFailure(failure);
    } finally {
      is_busy.value = false;
    }
  };
  return (
    <Button size="small" busy={is_busy.value} testid="claim" label={`${t.claim}: ${item.user.name}`} onClick={() => void claim()}>
      {t.claim}
    </Button>
  );
}
