/** The strips above the log: connection, queue, and why this consultant. */

import { useSignal } from "@preact/signals";
import { formatDuration, formatMoment } from "../core/i18n";
import type { QueuePlace, Session } from "../core/wire";
import { Button, CheckIcon, ClockIcon, CloseIcon, IconButton, OfflineIcon, PersonIcon } from "../ui";
import { uiText } from "../ui/texts";
import type { Frame } from "./app";
import type { Chat } from "./chat";
import { chatText } from "./texts";

export function Banners({ chat, frame }: { chat: Chat; frame: Frame }) {
  const session = chat.session.value;
  return (
    <>
      <ConnectionBanner chat={chat} />
      {chat.wasSignedOut.value && <SignedOutBanner chat={chat} frame={frame} />}
      {session?.status === "queued" && <QueueBanner queue={session.queue} frame={frame} />}
      {session?.status === "active" && session.reason !== undefined && <ReasonBanner key={session.consultant?.id} session={session} />}
    </>
  );
}

function ConnectionBanner({ chat }: { chat: Chat }) {
  const t = chatText.value;
  const status = chat.parts.connection.status.value;
  // A first connect is quick and no news; only a person who already talks is told that it is under way again.
  if (status === "connected" || (status === "connecting" && chat.feed.value === null)) return null;
  return (
    <div class={`banner banner--${status}`} role="status" data-testid="offline-banner">
      <OfflineIcon />
      <p class="banner__text">{status === "offline" ? t.offline : t.connecting}</p>
    </div>
  );
}

function SignedOutBanner({ chat, frame }: { chat: Chat; frame: Frame }) {
  const t = chatText.value;
  return (
    <div class="banner" role="status">
      <PersonIcon />
      <p class="banner__text">{t.signedOut}</p>
      <Button size="small" onClick={() => frame.open({ name: "sign_in" })}>
        {t.signIn}
      </Button>
      <IconButton label={uiText.value.dismiss} onClick={() => (chat.wasSignedOut.value = false)}>
        <CloseIcon />
      </IconButton>
    </div>
  );
}

function QueueBanner({ queue, frame }: { queue: QueuePlace | undefined; frame: Frame }) {
  const t = chatText.value;
  const opens_at = queue?.opens_at;
  return (
    <section class="banner banner--queue" role="status" data-testid="queue-banner" data-position={queue?.position}>
      <ClockIcon />
      <div class="banner__text">
        <h2>{opens_at === undefined ? t.queueTitle : t.closedTitle}</h2>
        <p>{opens_at === undefined ? <PlaceAndWait queue={queue} /> : t.opensAt({ moment: formatMoment(opens_at) })}</p>
        <p class="banner__hint">{t.keepWriting}</p>
      </div>
      <Button size="small" testid="leave-queue" onClick={() => frame.open({ name: "leave" })}>
        {t.leaveQueue}
      </Button>
    </section>
  );
}

function PlaceAndWait({ queue }: { queue: QueuePlace | undefined }) {
  const t = chatText.value;
  if (queue === undefined) return <>{t.finding}</>;
  if (queue.hold !== undefined) return <span data-testid="queue-hold">{t.nobodyForThis}</span>;
  return (
    <>
      <strong>{t.place({ position: queue.position })}</strong> <span>{waitOf(queue)}</span>
    </>
  );
}

function waitOf({ eta_s }: QueuePlace): string {
  const t = chatText.value;
  if (eta_s === null || eta_s === undefined) return t.waitUnknown;
  const from = formatDuration(eta_s.p50);
  const to = formatDuration(eta_s.p90);
  return from === to ? t.waitAbout({ about: from }) : t.waitRange({ from, to });
}

function ReasonBanner({ session }: { session: Session }) {
  const is_open = useSignal(true);
  if (!is_open.value) return null;
  return (
    <div class="banner banner--reason" data-testid="assigned-reason">
      <CheckIcon />
      <p class="banner__text">
        <span class="visually-hidden">{chatText.value.whyThisPerson}: </span>
        {session.reason}
      </p>
      <IconButton label={uiText.value.dismiss} onClick={() => (is_open.value = false)}>
        <CloseIcon />
      </IconButton>
    </div>
  );
}
