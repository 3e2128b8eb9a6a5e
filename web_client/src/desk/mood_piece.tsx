/** How the user sounds, as a word and a face, and the messages that the bot tells it from. */

import type { MoodLabel, SessionMood } from "../core/wire";
import { CalmIcon, FrownIcon, SmileIcon } from "../ui";
import { deskText } from "./texts";

const FACES: Record<MoodLabel, typeof CalmIcon> = { positive: SmileIcon, neutral: CalmIcon, negative: FrownIcon };

/** Nothing of a mood that this page has no word for. */
export function MoodPiece({ mood }: { mood: SessionMood }) {
  const t = deskText.value;
  if (!Object.hasOwn(FACES, mood.label)) return null;
  const heard = mood.heard.filter(({ label }) => Object.hasOwn(FACES, label));
  return (
    <section class="summary__piece" data-testid="summary-mood" data-mood={mood.label}>
      <h4>{t.moodHeading}</h4>
      <p class="mood">
        <Face label={mood.label} />
        <strong>{t.moods[mood.label]}</strong>
        <small class="summary__aside">{t.guessed}</small>
      </p>
      {mood.label !== "neutral" && (
        <ul class="mood__heard" aria-label={t.moodFrom}>
          {heard.map(({ seq, text, label }) => (
            <li key={seq}>
              <Face label={label} />
              <span class="visually-hidden">{t.moods[label]}: </span>
              <q dir="auto">{text}</q>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Face({ label }: { label: MoodLabel }) {
  const Icon = FACES[label];
  return <Icon class={`mood__face mood__face--${label}`} />;
}
