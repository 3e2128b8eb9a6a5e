/** Says why somebody waits further up than others: a word and a sign, never a colour alone. */

import type { PriorityReason } from "../core/wire";
import { Badge, type Tone } from "./badge";
import { AlertIcon, BoltIcon, FrownIcon } from "./icons";
import { uiText } from "./texts";

const LOOKS: Record<PriorityReason, { tone: Tone; Icon: typeof AlertIcon }> = {
  haste: { tone: "warning", Icon: BoltIcon },
  anger: { tone: "warning", Icon: FrownIcon },
  danger: { tone: "danger", Icon: AlertIcon },
};

/** Nothing for an ordinary wait. A reason that is absent, or newer than this page, is just called priority. */
export function PriorityBadge({ priority, reason }: { priority: number; reason: PriorityReason | undefined }) {
  if (priority === 0) return null;
  const words = uiText.value.priority;
  if (reason === undefined || !Object.hasOwn(LOOKS, reason)) return <Badge tone="warning">{words.unknown}</Badge>;
  const { tone, Icon } = LOOKS[reason];
  return (
    <Badge tone={tone} testid={`priority-${reason}`}>
      <Icon />
      {words[reason]}
    </Badge>
  );
}

/** For who talks with somebody already, while an alarm over their words stands. */
export function DangerBadge() {
  return <PriorityBadge priority={2} reason="danger" />;
}
