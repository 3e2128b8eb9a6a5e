/** A button that opens a list of commands, with arrow keys, Escape and a way out by clicking elsewhere. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "./button";
import { CheckIcon } from "./icons";
import "./menu.css";

export type MenuEntry =
  | {
      kind: "item";
      label: string;
      icon?: ComponentChildren;
      /** Set for choices: ticked when true. */
      checked?: boolean;
      danger?: boolean;
      disabled?: boolean;
      testid?: string;
      onSelect: () => void;
    }
  | { kind: "heading"; label: string }
  | { kind: "line" };

export interface MenuProps {
  label: string;
  icon: ComponentChildren;
  entries: readonly MenuEntry[];
  above?: boolean;
  testid?: string;
}

export function Menu(props: MenuProps) {
  const [is_open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const close = (): void => {
    setOpen(false);
    root.current?.querySelector<HTMLElement>("button")?.focus();
  };
  useEffect(() => {
    if (!is_open) return;
    itemsOf(root.current)[0]?.focus();
    const outside = (event: Event): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [is_open]);
  return (
    <div class="menu" ref={root} onKeyDown={(event) => is_open && moveFocus(event, root.current, close)}>
      <IconButton label={props.label} expanded={is_open} testid={props.testid} onClick={() => setOpen(!is_open)}>
        {props.icon}
      </IconButton>
      {is_open && (
        <div class={`menu__items ${props.above === true ? "menu__items--above" : ""}`} role="menu" aria-label={props.label}>
          {props.entries.map((entry, index) => (
            <Entry key={index} entry={entry} onDone={close} />
          ))}
        </div>
      )}
    </div>
  );
}

function Entry({ entry, onDone }: { entry: MenuEntry; onDone: () => void }) {
  if (entry.kind === "line") return <hr class="menu__line" />;
  if (entry.kind === "heading") return <p class="menu__heading">{entry.label}</p>;
  const select = (): void => {
    onDone();
    entry.onSelect();
  };
  return (
    <button
      type="button"
      role={entry.checked === undefined ? "menuitem" : "menuitemradio"}
      aria-checked={entry.checked}
      class={`menu__item ${entry.danger === true ? "menu__item--danger" : ""}`}
      disabled={entry.disabled}
      data-testid={entry.testid}
      onClick={select}
    >
      {entry.icon}
      <span>{entry.label}</span>
      {entry.checked === true && <CheckIcon class="menu__check" />}
    </button>
  );
}

function itemsOf(root: HTMLElement | null): HTMLElement[] {
  return [...(root?.querySelectorAll<HTMLElement>(".menu__item:not(:disabled)") ?? [])];
}

function moveFocus(event: KeyboardEvent, root: HTMLElement | null, close: () => void): void {
  if (event.key === "Escape") {
    event.stopPropagation();
    close();
    return;
  }
  const items = itemsOf(root);
  const current = items.indexOf(document.activeElement as HTMLElement);
  const targets: Record<string, number> = {
    ArrowDown: (current + 1) % items.length,
    ArrowUp: (current - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  const target = targets[event.key];
  if (target === undefined) return;
  event.preventDefault();
  items[target]?.focus();
}
