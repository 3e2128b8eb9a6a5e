/** Tabs with one panel, arrow keys included. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import "./tabs.css";

export interface TabsProps<Key extends string> {
  label: string;
  tabs: readonly { key: Key; label: string; note?: ComponentChildren }[];
  selected: Key;
  onSelect: (key: Key) => void;
  /** The selected tab's panel. */
  children: ComponentChildren;
}

export function Tabs<Key extends string>(props: TabsProps<Key>) {
  const id = useId();
  const step = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    const index = props.tabs.findIndex((tab) => tab.key === props.selected);
    const next = props.tabs[(index + by + props.tabs.length) % props.tabs.length];
    if (next === undefined) return;
    props.onSelect(next.key);
    document.getElementById(`${id}-${next.key}`)?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label={props.label} onKeyDown={step}>
        {props.tabs.map((tab) => (
          <button
            key={tab.key}
            id={`${id}-${tab.key}`}
            type="button"
            role="tab"
            class="tabs__tab"
            aria-selected={tab.key === props.selected}
            aria-controls={`${id}-panel`}
            tabIndex={tab.key === props.selected ? 0 : -1}
            onClick={() => props.onSelect(tab.key)}
          >
            {tab.label}
            {tab.note}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${props.selected}`} class="tabs__panel">
        {props.children}
      </div>
    </>
  );
}
