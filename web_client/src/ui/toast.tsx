/** Short notices below the head: successes go by themselves, failures stay until they were read. */

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Button, IconButton } from "./button";
import { AlertIcon, CheckIcon, CloseIcon } from "./icons";
import { uiText } from "./texts";
import { textForFailure } from "../core/error_text";
import "./toast.css";

/** What can be done about a notice, mostly taking back what it tells. */
export interface ToastAction {
  label: string;
  run: () => void;
}

interface Toast {
  id: number;
  kind: "done" | "failure";
  text: string;
  action?: ToastAction;
}

const DONE_STAYS_MS = 4_000;
const ACTION_STAYS_MS = 10_000;
const FAILURE_STAYS_MS = 12_000;
const MOST_AT_ONCE = 3;
const toasts = signal<readonly Toast[]>([]);
let last_id = 0;

export function tell(text: string, action?: ToastAction): void {
  show("done", text, action === undefined ? DONE_STAYS_MS : ACTION_STAYS_MS, action);
}

/** Says what failed in the person's language; the same sentence is not said twice at once. */
export function tellFailure(failure: unknown): void {
  const text = textForFailure(failure);
  if (!toasts.peek().some((toast) => toast.text === text)) show("failure", text, FAILURE_STAYS_MS);
}

/** Place once per page. */
export function Toasts() {
  const layer = useRef<HTMLDivElement>(null);
  const is_any = toasts.value.length > 0;
  useEffect(() => {
    // Windows live in the browser's top layer, and there the last one in stands above the others.
    layer.current?.hidePopover?.();
    if (is_any) layer.current?.showPopover?.();
  }, [toasts.value]);
  return (
    <div class="toasts" ref={layer} popover="manual" role="status" aria-live="polite">
      {toasts.value.map((toast) => (
        <div key={toast.id} class="toast" data-testid="toast" data-kind={toast.kind}>
          {toast.kind === "done" ? <CheckIcon /> : <AlertIcon />}
          <span>{toast.text}</span>
          {toast.action !== undefined && <ActionButton toast={toast} action={toast.action} />}
          <IconButton label={uiText.value.dismiss} onClick={() => remove(toast.id)}>
            <CloseIcon />
          </IconButton>
        </div>
      ))}
    </div>
  );
}

function ActionButton({ toast, action }: { toast: Toast; action: ToastAction }) {
  const run = (): void => {
    remove(toast.id);
    action.run();
  };
  return (
    <Button kind="quiet" size="small" testid="toast-action" onClick={run}>
      {action.label}
    </Button>
  );
}

function show(kind: Toast["kind"], text: string, stays_ms: number, action?: ToastAction): void {
  last_id += 1;
  const id = last_id;
  toasts.value = [...toasts.peek(), action === undefined ? { id, kind, text } : { id, kind, text, action }].slice(-MOST_AT_ONCE);
  setTimeout(() => remove(id), stays_ms);
}

function remove(id: number): void {
  toasts.value = toasts.peek().filter((toast) => toast.id !== id);
}
