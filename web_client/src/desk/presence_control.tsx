/** Whether new conversations come, and how many at once: what the server says, and the way to change it. */

import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Presence, PresenceStatus } from "../core/wire";
import { CheckIcon, DownIcon, IconButton, PlusIcon } from "../ui";
import { act } from "./acts";
import type { Desk } from "./desk";
import { deskText } from "./texts";

const STATUSES: readonly PresenceStatus[] = ["online", "busy", "away", "offline"];
const MOST_SESSIONS = 50;

export function PresenceControl({ desk }: { desk: Desk }) {
  const t = deskText.value;
  const is_open = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const { presence } = desk.view.value;
  const is_connected = desk.parts.connection.status.value === "connected";
  useEffect(() => closeOutside(root, () => (is_open.value = false)), []);
  if (presence === null) return <span class="presence presence--unknown" aria-hidden="true" />;
  const close = (): void => {
    is_open.value = false;
    root.current?.querySelector<HTMLElement>("button")?.focus();
  };
  return (
    <div
      class="presence"
      ref={root}
      onKeyDown={(event) => {
        if (event.key === "Escape" && is_open.value) close();
      }}
    >
      <button
        type="button"
        class={`presence__button presence--${presence.status}`}
        aria-expanded={is_open.value}
        aria-label={`${t.presence}: ${t.statuses[presence.status]}, ${t.capacityUse(presence)}`}
        data-testid="presence"
        data-status={presence.status}
        data-open={presence.open}
        data-capacity={presence.capacity}
        onClick={() => (is_open.value = !is_open.value)}
      >
        <span class="presence__dot" />
        <span class="presence__label">{t.statuses[presence.status]}</span>
        <span class="presence__use">{t.capacityUse(presence)}</span>
        <DownIcon />
      </button>
      {is_open.value && <Choices desk={desk} presence={presence} is_connected={is_connected} onDone={close} />}
    </div>
  );
}

interface ChoicesProps {
  desk: Desk;
  presence: Presence;
  is_connected: boolean;
  onDone: () => void;
}

function Choices({ desk, presence, is_connected, onDone }: ChoicesProps) {
  const t = deskText.value;
  return (
    <div class="presence__panel" role="group" aria-label={t.presence}>
      {STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          class={`presence__choice presence--${status}`}
          aria-pressed={presence.status === status}
          disabled={!is_connected}
          data-testid={`presence-${status}`}
          onClick={() => {
            onDone();
            act(() => desk.setPresence(status));
          }}
        >
          <span class="presence__dot" />
          <span>
            {t.statuses[status]}
            <small>{t.statusHints[status]}</small>
          </span>
          {presence.status === status && <CheckIcon />}
        </button>
      ))}
      <Capacity desk={desk} presence={presence} is_connected={is_connected} />
      {!presence.present && is_connected && <p class="presence__warning">{t.notPresent}</p>}
    </div>
  );
}

function Capacity({ desk, presence, is_connected }: Omit<ChoicesProps, "onDone">) {
  const t = deskText.value;
  const set = (capacity: number): void => {
    if (!Number.isInteger(capacity) || capacity === presence.capacity) return;
    const bounded = Math.min(MOST_SESSIONS, Math.max(1, capacity));
    act(() => desk.setPresence(presence.status, bounded));
  };
  return (
    <div class="capacity">
      <span id="capacity-label">{t.capacity}</span>
      <IconButton label={t.less} disabled={!is_connected || presence.capacity <= 1} onClick={() => set(presence.capacity - 1)} testid="capacity-less">
        <span class="capacity__minus" />
      </IconButton>
      <input
        class="capacity__input"
        type="number"
        min={1}
        max={MOST_SESSIONS}
        aria-labelledby="capacity-label"
        data-testid="capacity"
        disabled={!is_connected}
        value={presence.capacity}
        onChange={(event) => {
          set(event.currentTarget.valueAsNumber);
          event.currentTarget.value = String(presence.capacity);
        }}
      />
      <IconButton label={t.more} disabled={!is_connected || presence.capacity >= MOST_SESSIONS} onClick={() => set(presence.capacity + 1)} testid="capacity-more">
        <PlusIcon />
      </IconButton>
    </div>
  );
}

function closeOutside(root: RefObject<HTMLElement | null>, close: () => void): () => void {
  const outside = (event: Event): void => {
    if (event.target instanceof Node && root.current?.contains(event.target) !== true) close();
  };
  document.addEventListener("pointerdown", outside);
  return () => document.removeEventListener("pointerdown", outside);
}
