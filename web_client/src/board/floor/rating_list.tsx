/** The last ratings, with what users wrote. */

import { formatMoment } from "../../core/i18n";
import type { RatedSession } from "../../core/wire";
import { EmptyState, StarIcon, StarsShown } from "../../ui";
import { Section } from "../frame/page_head";
import { openSession } from "../frame/route";
import { boardText } from "../texts";

/** Up to here somebody was unhappy. */
const LOW_SCORE = 2;

export function RatingList({ ratings }: { ratings: readonly RatedSession[] }) {
  const t = boardText.value;
  return (
    <Section title={t.ratings} testid="board-rating-list">
      {ratings.length === 0 ? (
        <EmptyState title={t.noRatings} icon={<StarIcon />} />
      ) : (
        <ul class="rows">
          {ratings.map((one) => (
            <Rated key={one.session_id} one={one} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Rated({ one }: { one: RatedSession }) {
  const { rating } = one;
  return (
    <li
      class={`row ${rating.score <= LOW_SCORE ? "row--danger" : ""}`}
      data-testid="board-rating"
      data-session={one.session_id}
      data-score={rating.score}
    >
      <button type="button" class="row__button row__button--tall" onClick={() => openSession(one.session_id)}>
        <span class="row__words">
          <span class="row__title">
            <StarsShown value={rating.score} />
          </span>
          {rating.comment !== undefined && <span class="row__quote">{rating.comment}</span>}
          {rating.tags.length > 0 && <span class="row__about">{rating.tags.map((tag) => `#${tag}`).join(" ")}</span>}
          <span class="row__about">
            <span>{one.consultant === undefined ? one.user.name : `${one.user.name} → ${one.consultant.name}`}</span>
            <time dateTime={rating.updated_at}>{formatMoment(rating.updated_at)}</time>
          </span>
        </span>
      </button>
    </li>
  );
}
