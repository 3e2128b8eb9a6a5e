/** Filters above a list; on narrow screens behind a button, so that the list comes first. */

import type { ComponentChildren } from "preact";
import { useSignal } from "@preact/signals";
import { Badge, Button, DownIcon } from "../../ui";
import { boardText } from "../texts";

export function FilterBar({ chosen, children }: { chosen: number; children: ComponentChildren }) {
  const t = boardText.value;
  const is_open = useSignal(false);
  return (
    <div class={`filter-bar ${is_open.value ? "filter-bar--open" : ""}`}>
      <div class="filter-bar__switch">
        <Button testid="filters" onClick={() => (is_open.value = !is_open.value)}>
          {t.filter}
          {chosen > 0 && <Badge tone="accent">{chosen}</Badge>}
          <DownIcon />
        </Button>
      </div>
      <div class="filters" role="search" aria-label={t.filter}>
        {children}
      </div>
    </div>
  );
}

/** How many filters say something. */
export function chosenCount(filters: object): number {
  return Object.values(filters).filter((value) => typeof value === "string" && value.trim() !== "").length;
}
