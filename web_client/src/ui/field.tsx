/** Labelled inputs: one line, several lines, or a choice, each with its hint and its error. */

import { useId } from "preact/hooks";
import { DownIcon } from "./icons";
import "./field.css";

interface Described {
  label: string;
  hint?: string;
  error?: string | null;
  testid?: string;
  disabled?: boolean;
}

export interface FieldProps extends Described {
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "password" | "email" | "number" | "search" | "date" | "datetime-local";
  autocomplete?: string;
  inputmode?: "text" | "numeric" | "decimal" | "search";
  placeholder?: string;
  required?: boolean;
  multiline?: boolean;
  maxlength?: number;
  autofocus?: boolean;
}

export function Field(props: FieldProps) {
  const id = useId();
  const shared = {
    id,
    class: "field__control",
    value: props.value,
    placeholder: props.placeholder,
    required: props.required,
    disabled: props.disabled,
    maxLength: props.maxlength,
    autofocus: props.autofocus,
    "aria-invalid": hasError(props),
    "aria-describedby": `${id}-about`,
    "data-testid": props.testid,
    onInput: (event: { currentTarget: { value: string } }) => props.onInput(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label class="field__label" for={id}>
        {props.label}
      </label>
      {props.multiline === true ? (
        <textarea {...shared} />
      ) : (
        // The library types every kind of input apart and cannot take a choice among them.
        <input {...shared} type={(props.type ?? "text") as "text"} autocomplete={props.autocomplete} inputMode={props.inputmode} />
      )}
      <About id={`${id}-about`} hint={props.hint} error={props.error} />
    </div>
  );
}

export interface SelectProps<Value extends string> extends Described {
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
}

export function Select<Value extends string>(props: SelectProps<Value>) {
  const id = useId();
  return (
    <div class="field">
      <label class="field__label" for={id}>
        {props.label}
      </label>
      <span class="select">
        <select
          id={id}
          class="field__control"
          value={props.value}
          disabled={props.disabled}
          aria-invalid={hasError(props)}
          aria-describedby={`${id}-about`}
          data-testid={props.testid}
          onChange={(event) => props.onChange(event.currentTarget.value as Value)}
        >
          {props.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <DownIcon />
      </span>
      <About id={`${id}-about`} hint={props.hint} error={props.error} />
    </div>
  );
}

function hasError(props: Described): boolean {
  return props.error !== undefined && props.error !== null && props.error !== "";
}

function About(props: { id: string; hint: string | undefined; error: string | null | undefined }) {
  if (props.error) {
    return (
      <p id={props.id} class="field__error" role="alert">
        {props.error}
      </p>
    );
  }
  if (props.hint === undefined) return null;
  return (
    <p id={props.id} class="field__hint">
      {props.hint}
    </p>
  );
}
