/** The bot's page: drafts to review, what it could not answer, entries in doubt, and how it judges itself. */

import { useSignal } from "@preact/signals";
import { Tabs } from "../../ui";
import { PageHead } from "../frame/page_head";
import { boardText, botText } from "../texts";
import { DoubtedList } from "./doubted_list";
import { DraftsView } from "./drafts_view";
import { JudgementView } from "./judgement_view";
import { UnansweredList } from "./unanswered_list";

const PARTS = ["drafts", "unanswered", "doubted", "judgement"] as const;
type Part = (typeof PARTS)[number];

export function BotPage() {
  const t = botText.value;
  const part = useSignal<Part>("drafts");
  return (
    <>
      <PageHead title={boardText.value.pages.bot} about={t.about} />
      <div data-testid={`bot-${part.value}`}>
        <Tabs
          label={boardText.value.pages.bot}
          tabs={PARTS.map((key) => ({ key, label: t.parts[key] }))}
          selected={part.value}
          onSelect={(key) => (part.value = key)}
        >
          <Shown part={part.value} />
        </Tabs>
      </div>
    </>
  );
}

function Shown({ part }: { part: Part }) {
  switch (part) {
    case "drafts":
      return <DraftsView />;
    case "unanswered":
      return <UnansweredList />;
    case "doubted":
      return <DoubtedList />;
    case "judgement":
      return <JudgementView />;
  }
}
