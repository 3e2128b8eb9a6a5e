/** A page's heading with what can be done there. */

import type { ComponentChildren } from "preact";

export function PageHead(props: { title: string; about?: ComponentChildren; children?: ComponentChildren }) {
  return (
    <header class="page-head">
      <div class="page-head__words">
        <h1>{props.title}</h1>
        {props.about !== undefined && <p class="quiet">{props.about}</p>}
      </div>
      {props.children !== undefined && <div class="page-head__acts">{props.children}</div>}
    </header>
  );
}

/** A titled sheet; `count` stands behind the title. */
export function Section(props: {
  title: string;
  count?: number;
  note?: ComponentChildren;
  children: ComponentChildren;
  testid?: string;
}) {
  return (
    <section class="sheet" aria-label={props.title} data-testid={props.testid}>
      <header class="sheet__head">
        <h2>{props.title}</h2>
        {props.count !== undefined && <span class="sheet__count">{props.count}</span>}
        {props.note !== undefined && <span class="sheet__note">{props.note}</span>}
      </header>
      {props.children}
    </section>
  );
}
