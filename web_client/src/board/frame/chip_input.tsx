/** A row of short words that can be added with Enter or a comma and removed one by one. */

import { useId } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { CloseIcon } from "../../ui";
import { boardText } from "../texts";
import { wordsIn } from "./words";

export interface ChipInputProps {
  label: string;
  hint?: string;
  error?: string | null;
  values: readonly string[];
  onChange: (values: string[]) => void;
  disabled?: boolean;
  testid?: string;
}

export function ChipInput(props: ChipInputProps) {
  const t = boardText.value;
  const id = useId();
  const text = useSignal("");
  const add = (): void => {
    const words = wordsIn(text.value).filter((word) => !props.values.includes(word));
    text.value = "";
    if (words.length > 0) props.onChange([...props.values, ...words]);
  };
  const keyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && text.value.trim() !== "") {
      event.preventDefault();
      add();
    }
    if (event.key === "Backspace" && text.value === "") props.onChange(props.values.slice(0, -1));
  };
  const typed = (value: string): void => {
    text.value = value;
    if (/[,，、;；]$/u.test(value)) add();
  };
  return (
    <div class="field" data-testid={props.testid}>
      <label class="field__label" for={id}>
        {props.label}
      </label>
      <div class="chip-input" aria-invalid={props.error ? true : undefined}>
        {props.values.map((value) => (
          <Chip
            key={value}
            value={value}
            disabled={props.disabled}
            onRemove={() => props.onChange(props.values.filter((other) => other !== value))}
          />
        ))}
        <input
          id={id}
          value={text.value}
          disabled={props.disabled}
          placeholder={props.values.length === 0 ? t.chipPlaceholder : ""}
          onInput={(event) => typed(event.currentTarget.value)}
          onKeyDown={keyDown}
          onBlur={add}
        />
      </div>
      {props.error ? (
        <p class="field__error" role="alert">
          {props.error}
        </p>
      ) : (
        props.hint !== undefined && <p class="field__hint">{props.hint}</p>
      )}
    </div>
  );
}

function Chip({ value, disabled, onRemove }: { value: string; disabled: boolean | undefined; onRemove: () => void }) {
  return (
    <span class="chip-input__chip">
      {value}
      <button type="button" aria-label={boardText.value.remove({ what: value })} disabled={disabled} onClick={onRemove}>
        <CloseIcon />
      </button>
    </span>
  );
}
