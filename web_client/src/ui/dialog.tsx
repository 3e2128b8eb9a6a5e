/** A modal window on the browser's own dialog element, which brings focus trap, Escape and inertness along. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Button, IconButton } from "./button";
import { CloseIcon } from "./icons";
import { uiText } from "./texts";
import "./dialog.css";

export interface DialogProps {
  title: string;
  children: ComponentChildren;
  onClose: () => void;
  wide?: boolean;
  /** At the side of the window and as high as it: for what is read beside a page. */
  side?: boolean;
  testid?: string;
}

/** Open as long as it is rendered. */
export function Dialog(props: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const title_id = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={`dialog ${props.wide === true ? "dialog--wide" : ""} ${props.side === true ? "dialog--side" : ""}`}
      aria-labelledby={title_id}
      data-testid={props.testid}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onClick={(event) => {
        if (event.target === element.current) props.onClose();
      }}
    >
      <header class="dialog__head">
        <h2 class="dialog__title" id={title_id}>
          {props.title}
        </h2>
        <IconButton label={uiText.value.close} onClick={props.onClose}>
          <CloseIcon />
        </IconButton>
      </header>
      <div class="dialog__body">{props.children}</div>
    </dialog>
  );
}

export function DialogActions(props: { children: ComponentChildren }) {
  return <footer class="dialog__actions">{props.children}</footer>;
}

export interface ConfirmProps {
  title: string;
  children: ComponentChildren;
  confirm: string;
  danger?: boolean;
  /** Awaited; a rejection leaves the window open and is the caller's to report. */
  onConfirm: () => unknown;
  onClose: () => void;
}

export function ConfirmDialog(props: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const confirm = async (): Promise<void> => {
    setBusy(true);
    try {
      await props.onConfirm();
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      <div>{props.children}</div>
      <DialogActions>
        <Button onClick={props.onClose}>{uiText.value.cancel}</Button>
        <Button kind={props.danger === true ? "danger" : "primary"} busy={busy} onClick={() => void confirm()}>
          {props.confirm}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
