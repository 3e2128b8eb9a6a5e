/** Words of the quality page, in English; the Chinese side has the same shape. */

import { plural } from "../../core/i18n";

interface Interval {
  low: string;
  high: string;
}

export const qualityEn = {
  about: "What users would say of each consultant if all had the same cases, and how sure that is.",
  csv: "Download CSV",
  saved: "The sheet has been saved",

  search: "Name or topic",
  order: "Order",
  orders: {
    highest: "Highest quality",
    lowest: "Lowest quality",
    falling: "Falling most",
    rising: "Rising most",
    ratings: "Most ratings",
    share: "Most sessions",
    response: "Fastest first response",
    name: "Name",
  },
  period: "Ratings of the last",
  periods: { 30: "30 days", 90: "90 days", 365: "12 months", 730: "24 months" },

  usual: ({ value }: { value: string }) => `Usual on this floor: ${value}`,
  rated: ({ rated }: { rated: number }) => plural(rated, { one: "1 rating", other: `${rated} ratings` }),
  ratedNewest: ({ rated }: { rated: string }) => `The newest ${rated} ratings; older ones of this period are left out`,
  empty: "Nobody has been rated in this period",
  emptyDetail: "Users rate a session when it has ended. Choose a longer period, or come back later.",
  nobodyFound: "No consultant fits",

  noRatings: "No ratings yet",
  tooFew: "Too few ratings to say",
  between: ({ low, high }: Interval) => `probably between ${low} and ${high}`,
  estimateOf: ({ value, low, high, usual }: Interval & { value: string; usual: string }) =>
    `${value} stars, 95 % sure between ${low} and ${high}; usual: ${usual}`,
  weeksFromTo: ({ weeks, first, last }: { weeks: number; first: string; last: string }) =>
    `${plural(weeks, { one: "1 week", other: `${weeks} weeks` })} with ratings, from ${first} to ${last}`,
  noTrend: "Too little to compare",
  steady: "No clear change",
  rising: ({ change, low, high }: Interval & { change: string }) => `↑ ${change} (${low} to ${high})`,
  falling: ({ change, low, high }: Interval & { change: string }) => `↓ ${change} (${low} to ${high})`,

  ratings: "Rated",
  ratingsAbout: ({ effective }: { effective: string }) => `count as ${effective}`,
  share: "Sessions",
  shareAbout: ({ served }: { served: number }) => plural(served, { one: "1 session", other: `${served} sessions` }),
  response: "First response",
  responseAbout: ({ p90 }: { p90: string }) => `90 % in ${p90}`,
  cases: "Cases",
  casesAbout: ({ mean }: { mean: string }) => `plain mean ${mean}`,
  averageCases: "Average",
  harderCases: "Harder",
  easierCases: "Easier",
  shinesIn: "Shines in",
  sample: ({ sessions }: { sessions: number }) => `n = ${sessions}`,
  allTopics: ({ count }: { count: number }) => plural(count, { one: "1 topic", other: `All ${count} topics` }),

  definitions: {
    title: "What these figures mean",
    quality: "Quality",
    qualityAbout:
      "The mean rating to expect if every consultant had the same mix of topics and languages. Whoever takes the hard cases is not punished for it, and a few ratings count for little: they are drawn towards what is usual.",
    interval: "Interval",
    intervalAbout: ({ enough }: { enough: string }) =>
      `With 95 % certainty the quality lies in the band. Where two bands overlap widely, the order says little. With fewer than ${enough} ratings that count, no figure is shown.`,
    weight: "Age",
    weightAbout: ({ days }: { days: string }) => `A rating counts half after ${days} days.`,
    bursts: "Bursts",
    burstsAbout: ({ user, burst }: { user: string; burst: string }) =>
      `All ratings of one consultant by one user count as ${user} at most, all within half an hour as ${burst} at most.`,
    trend: "Trend",
    trendAbout: ({ weeks }: { weeks: string }) =>
      `The last ${weeks} weeks against before, corrected for the cases. An arrow only where chance is an unlikely explanation.`,
    shines: "Shines in",
    shinesAbout: ({ share }: { share: string }) =>
      `Topics in which this consultant does better than an average colleague with a probability of at least ${share}. n is the number of rated sessions. In the list of topics the line marks what is usual in the topic.`,
    share: "Sessions",
    shareAbout: "The consultant's share of all sessions begun in the period that a consultant had.",
    response: "First response",
    responseAbout: "From being given the session to the first message, over rated sessions: the median, and within what 90 % fall.",
  },
};

export type QualityTexts = typeof qualityEn;
