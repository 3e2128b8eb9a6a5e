/** The quality report as the server sends it; nothing here exists at run time. */

import type { PersonId, Timestamp } from "../../core/wire";

export interface Estimate {
  value: number;
  low: number;
  high: number;
  /** The effective sample. */
  ratings: number;
}

export interface TopicSkill extends Estimate {
  topic: string;
  /** What an average colleague gets in this topic. */
  usual: number;
  sessions: number;
  above: number;
  shines: boolean;
}

export interface Trend {
  change: number;
  low: number;
  high: number;
  direction: -1 | 0 | 1;
}

export interface Week {
  begins_at: Timestamp;
  value: number | null;
  ratings: number;
}

export interface Quality extends Estimate {
  is_known: boolean;
  sessions: number;
  plain_mean: number;
  case_ease: number;
  trend: Trend | null;
  weeks: Week[];
  topics: TopicSkill[];
}

export interface ConsultantQuality {
  id: PersonId;
  name: string;
  title: string;
  quality: Quality | null;
  served: number;
  share: number;
  first_response: { p50_s: number; p90_s: number; count: number } | null;
}

export interface QualityReport {
  from: Timestamp;
  to: Timestamp;
  /** Sessions and shares are counted from here on. */
  served_since: Timestamp;
  rated: number;
  is_complete: boolean;
  usual: Estimate;
  definitions: {
    half_life_days: number;
    most_from_one_user: number;
    most_in_half_an_hour: number;
    enough_ratings: number;
    shines_from: number;
    recent_weeks: number;
  };
  items: ConsultantQuality[];
}
