/** A message's text with its links; telephone numbers become tappable where the caller says so. */

import { PhoneIcon } from "./icons";
import { partsOf } from "./text_parts";
import { uiText } from "./texts";

export function LinkedText(props: { text: string; has_phones?: boolean }) {
  const parts = partsOf(props.text, { has_phones: props.has_phones === true });
  return (
    <>
      {parts.map((part, index) => {
        if (part.kind === "text") return part.text;
        if (part.kind === "phone") {
          return (
            <a key={index} class="phone-link" href={part.href} aria-label={uiText.value.call({ number: part.text })}>
              <PhoneIcon />
              {part.text}
            </a>
          );
        }
        return (
          <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        );
      })}
    </>
  );
}
