/** What stands where there is nothing, or nothing yet. */

import type { ComponentChildren } from "preact";
import { uiText } from "./texts";
import "./placeholder.css";

export interface EmptyStateProps {
  title: string;
  children?: ComponentChildren;
  icon?: ComponentChildren;
  testid?: string;
}

export function EmptyState(props: EmptyStateProps) {
  return (
    <div class="empty-state" data-testid={props.testid}>
      {props.icon !== undefined && <span class="empty-state__mark">{props.icon}</span>}
      <p class="empty-state__title">{props.title}</p>
      {props.children}
    </div>
  );
}

/** `rows` grey bars in the place of content that is being loaded. */
export function Skeleton(props: { rows?: number; block?: boolean }) {
  const kind = props.block === true ? "skeleton skeleton--block" : "skeleton";
  return (
    <div class="skeletons" role="status" aria-label={uiText.value.loading}>
      {Array.from({ length: props.rows ?? 3 }, (_, row) => (
        <span key={row} class={kind} />
      ))}
    </div>
  );
}
