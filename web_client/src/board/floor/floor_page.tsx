/** The floor, live: key figures, who waits, who talks, who is there, and what users said. */

import type { BoardState } from "../../core/wire";
import { Skeleton } from "../../ui";
import { LoadFailure } from "../frame/list_frame";
import { PageHead } from "../frame/page_head";
import { useParts } from "../frame/parts";
import { boardText } from "../texts";
import type { LiveBoard } from "./board_state";
import { ConsultantList } from "./consultant_list";
import { Figures } from "./figures";
import { RatingList } from "./rating_list";
import { ActiveList } from "./active_list";
import { WaitingList } from "./waiting_list";

export function FloorPage() {
  const t = boardText.value;
  const { connection, feed } = useParts();
  const live = feed.live.value;
  const is_live = connection.status.value === "connected" && !live.needs_open;
  return (
    <>
      <PageHead title={t.pages.floor} about={t.floorAbout}>
        {live.board !== null && (
          <span class={`pulse ${is_live ? "" : "pulse--stale"}`} data-testid="board-live" data-live={is_live}>
            {is_live ? t.live : t.stale}
          </span>
        )}
      </PageHead>
      {live.board === null ? <Unopened failure={feed.failure.value} /> : <Floor live={live} board={live.board} />}
    </>
  );
}

function Unopened({ failure }: { failure: unknown }) {
  const { connection } = useParts();
  if (failure !== null) return <LoadFailure failure={failure} onRetry={() => connection.reopen()} />;
  return <Skeleton rows={8} block />;
}

function Floor({ live, board }: { live: LiveBoard; board: BoardState }) {
  return (
    <div class="floor">
      <Figures live={live} board={board} />
      <div class="floor__columns">
        <div class="floor__column">
          <WaitingList live={live} waiting={board.waiting} />
          <ActiveList active={board.active} />
          <RatingList ratings={board.ratings} />
        </div>
        <div class="floor__column">
          <ConsultantList consultants={board.consultants} />
        </div>
      </div>
    </div>
  );
}
