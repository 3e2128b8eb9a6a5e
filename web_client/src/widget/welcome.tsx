/** What stands there before anything was said: a greeting and a few questions to begin with. */

import { Avatar, ForwardIcon } from "../ui";
import { attributes } from "./attributes";
import type { Chat } from "./chat";
import { chatText } from "./texts";

export function Welcome({ chat }: { chat: Chat }) {
  const t = chatText.value;
  return (
    <div class="welcome talk__fill" data-testid="welcome">
      <div class="welcome__greeting">
        <Avatar name={t.product} is_bot size="large" />
        <h2>{attributes.greeting ?? t.greeting}</h2>
        <p>{t.greetingDetail}</p>
      </div>
      <section class="welcome__examples" aria-label={t.examples}>
        <h3>{t.examples}</h3>
        <ul>
          {[t.example1, t.example2, t.example3, t.example4].map((question) => (
            <li key={question}>
              <button type="button" class="welcome__example" data-testid="example" onClick={() => chat.send(question)}>
                <span>{question}</span>
                <ForwardIcon />
              </button>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
