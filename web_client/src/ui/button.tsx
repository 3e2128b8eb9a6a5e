/** Buttons with words and buttons with a picture; the latter cannot be made without a name. */

import type { ComponentChildren } from "preact";
import "./button.css";

export interface ButtonProps {
  children: ComponentChildren;
  kind?: "primary" | "secondary" | "quiet" | "danger";
  size?: "medium" | "small";
  type?: "button" | "submit";
  wide?: boolean;
  disabled?: boolean;
  /** Shows that something is under way and takes no second click. */
  busy?: boolean;
  label?: string;
  testid?: string;
  autofocus?: boolean;
  onClick?: (event: MouseEvent) => void;
}

export function Button(props: ButtonProps) {
  const { kind = "secondary", size = "medium", type = "button", busy = false } = props;
  const classes = `button button--${kind} button--${size} ${props.wide === true ? "button--wide" : ""}`;
  return (
    <button
      type={type}
      class={classes}
      disabled={props.disabled === true || busy}
      aria-busy={busy}
      aria-label={props.label}
      data-testid={props.testid}
      autofocus={props.autofocus}
      onClick={props.onClick}
    >
      {busy && <span class="button__spinner" aria-hidden="true" />}
      {props.children}
    </button>
  );
}

export interface IconButtonProps {
  /** The accessible name, also shown as a tip. */
  label: string;
  children: ComponentChildren;
  pressed?: boolean;
  expanded?: boolean;
  disabled?: boolean;
  type?: "button" | "submit";
  class?: string;
  testid?: string;
  onClick?: (event: MouseEvent) => void;
}

export function IconButton(props: IconButtonProps) {
  return (
    <button
      type={props.type ?? "button"}
      class={`icon-button ${props.class ?? ""}`}
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      disabled={props.disabled}
      data-testid={props.testid}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  );
}
