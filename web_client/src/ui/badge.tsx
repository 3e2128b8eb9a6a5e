/** Small labels for states, and the round mark that stands for a person or the bot. */

import type { ComponentChildren } from "preact";
import { BotIcon } from "./icons";
import { initialsOf, tintOf } from "./initials";
import "./badge.css";

export type Tone = "neutral" | "accent" | "success" | "warning" | "danger";

export function Badge(props: { children: ComponentChildren; tone?: Tone; testid?: string; label?: string }) {
  return (
    <span class={`badge badge--${props.tone ?? "neutral"}`} data-testid={props.testid} aria-label={props.label}>
      {props.children}
    </span>
  );
}

export interface AvatarProps {
  name: string;
  /** Keeps the colour stable; the name serves when absent. */
  id?: string;
  is_bot?: boolean;
  size?: "small" | "medium" | "large";
}

/** Decorative: the name always stands beside it. */
export function Avatar(props: AvatarProps) {
  const size = `avatar--${props.size ?? "medium"}`;
  if (props.is_bot === true) {
    return (
      <span class={`avatar avatar--bot ${size}`} aria-hidden="true">
        <BotIcon />
      </span>
    );
  }
  return (
    <span class={`avatar avatar--tint-${tintOf(props.id ?? props.name)} ${size}`} aria-hidden="true">
      {initialsOf(props.name)}
    </span>
  );
}
