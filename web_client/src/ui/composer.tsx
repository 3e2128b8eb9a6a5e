/** Where one writes: Enter sends, Shift+Enter breaks the line, and an input method's Enter is left to it. */

import type { ComponentChildren, RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { IconButton } from "./button";
import { SendIcon } from "./icons";
import { isSendable, remainingCharacters } from "./text_limits";
import { uiText } from "./texts";
import "./composer.css";

export interface ComposerProps {
  value: string;
  onInput: (text: string) => void;
  /** Called with sendable text only; emptying the field is the caller's. */
  onSend: (text: string) => void;
  placeholder?: string;
  disabled?: boolean;
  /** Stands before the text, for instance saved replies. */
  tools?: ComponentChildren;
  autofocus?: boolean;
  /** The field's accessible name where it is not for a message to the other side. */
  label?: string;
  /** Gives the owner a hold on the field, for instance to focus it. */
  input?: RefObject<HTMLTextAreaElement | null>;
}

const COUNT_FROM = 200;

export function Composer(props: ComposerProps) {
  const own_input = useRef<HTMLTextAreaElement>(null);
  const input = props.input ?? own_input;
  const t = uiText.value;
  useAutosize(input, props.value);
  const send = (): void => {
    if (props.disabled === true || !isSendable(props.value)) return;
    props.onSend(props.value);
    input.current?.focus();
  };
  const keyDown = (event: KeyboardEvent): void => {
    // 229: some browsers end the composition before they report the Enter that ended it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {props.tools}
      <div class="composer__frame">
        <textarea
          ref={input}
          class="composer__input"
          data-testid="composer"
          aria-label={props.label ?? t.write}
          rows={1}
          value={props.value}
          placeholder={props.placeholder}
          disabled={props.disabled}
          autofocus={props.autofocus}
          enterkeyhint="send"
          onInput={(event) => props.onInput(event.currentTarget.value)}
          onKeyDown={keyDown}
        />
        <Count value={props.value} />
      </div>
      <IconButton
        type="submit"
        class="composer__send"
        label={t.send}
        testid="send"
        disabled={props.disabled === true || !isSendable(props.value)}
      >
        <SendIcon />
      </IconButton>
    </form>
  );
}

function Count({ value }: { value: string }) {
  const left = remainingCharacters(value);
  if (left > COUNT_FROM) return null;
  const t = uiText.value;
  return (
    <span class={`composer__count ${left < 0 ? "composer__count--over" : ""}`} role="status" data-testid="count">
      {left < 0 ? t.tooLong({ count: -left }) : t.charactersLeft({ count: left })}
    </span>
  );
}

function useAutosize(input: { current: HTMLTextAreaElement | null }, value: string): void {
  useLayoutEffect(() => {
    const element = input.current;
    if (element === null) return;
    element.style.height = "auto";
    const border_px = element.offsetHeight - element.clientHeight;
    element.style.height = `${element.scrollHeight + border_px}px`;
  }, [value]);
}
