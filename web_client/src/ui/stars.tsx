/** One to five stars, to give and to show. */

import { useId } from "preact/hooks";
import { StarIcon } from "./icons";
import { uiText } from "./texts";
import "./stars.css";

const SCORES = [1, 2, 3, 4, 5];

/** A group of radio buttons, so that keyboards and screen readers know it; `value` 0 means none chosen yet. */
export function Stars(props: { label: string; value: number; onChange: (score: number) => void }) {
  const name = useId();
  return (
    <fieldset class="stars" data-testid="stars">
      <legend class="visually-hidden">{props.label}</legend>
      {SCORES.map((score) => (
        <label key={score} class={`stars__star ${score <= props.value ? "stars__star--on" : ""}`}>
          <input type="radio" name={name} value={score} checked={score === props.value} onChange={() => props.onChange(score)} />
          <StarIcon />
          <span class="visually-hidden">{uiText.value.stars({ count: score })}</span>
        </label>
      ))}
    </fieldset>
  );
}

export function StarsShown(props: { value: number }) {
  return (
    <span class="stars-shown" role="img" aria-label={uiText.value.stars({ count: props.value })}>
      {SCORES.map((score) => (
        <StarIcon key={score} class={score <= props.value ? "stars-shown__star--on" : ""} />
      ))}
    </span>
  );
}
