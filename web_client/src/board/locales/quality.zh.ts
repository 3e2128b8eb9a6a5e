/** Words of the quality page, in Chinese. */

import type { QualityTexts } from "./quality.en";

export const qualityZh: QualityTexts = {
  about: "假如每位顾问接到的咨询都一样，用户会打几分，以及这个判断有多可靠。",
  csv: "下载 CSV",
  saved: "表格已保存",

  search: "姓名或主题",
  order: "排序",
  orders: {
    highest: "质量从高到低",
    lowest: "质量从低到高",
    falling: "下降最多",
    rising: "上升最多",
    ratings: "评价最多",
    share: "接待最多",
    response: "首次回复最快",
    name: "姓名",
  },
  period: "评价时间",
  periods: { 30: "最近 30 天", 90: "最近 90 天", 365: "最近一年", 730: "最近两年" },

  usual: ({ value }) => `全员通常水平：${value} 分`,
  rated: ({ rated }) => `共 ${rated} 条评价`,
  ratedNewest: ({ rated }) => `评价较多，只计入最新的 ${rated} 条`,
  empty: "这段时间还没有评价",
  emptyDetail: "用户在会话结束后可以评价。可以换一个更长的时间段，或者过些时候再看。",
  nobodyFound: "没有符合条件的顾问",

  noRatings: "还没有评价",
  tooFew: "评价太少，暂不下结论",
  between: ({ low, high }) => `大约在 ${low} 到 ${high} 分之间`,
  estimateOf: ({ value, low, high, usual }) => `${value} 分，95% 的把握在 ${low} 到 ${high} 分之间；全员通常为 ${usual} 分`,
  weeksFromTo: ({ weeks, first, last }) => `${weeks} 周有评价，从 ${first} 分到 ${last} 分`,
  noTrend: "数据太少，无法比较",
  steady: "没有明显变化",
  rising: ({ change, low, high }) => `↑ ${change}（${low} 至 ${high}）`,
  falling: ({ change, low, high }) => `↓ ${change}（${low} 至 ${high}）`,

  ratings: "评价数",
  ratingsAbout: ({ effective }) => `折合 ${effective} 条`,
  share: "接待占比",
  shareAbout: ({ served }) => `${served} 个会话`,
  response: "首次回复",
  responseAbout: ({ p90 }) => `90% 在 ${p90}内`,
  cases: "咨询难度",
  casesAbout: ({ mean }) => `原始均分 ${mean}`,
  averageCases: "适中",
  harderCases: "偏难",
  easierCases: "偏易",
  shinesIn: "擅长",
  sample: ({ sessions }) => `${sessions} 次`,
  allTopics: ({ count }) => (count === 1 ? "1 个主题" : `全部 ${count} 个主题`),

  definitions: {
    title: "这些数字是什么意思",
    quality: "质量",
    qualityAbout:
      "假如每位顾问接到的主题和语言都一样，预计得到的平均分。常接难题的人不会因此吃亏；评价很少时，分数会向通常水平靠拢，几条好评造不出明星。",
    interval: "区间",
    intervalAbout: ({ enough }) =>
      `质量有 95% 的把握落在色带内。两条色带大部分重叠时，先后说明不了什么。折合不足 ${enough} 条评价时，不给出分数。`,
    weight: "时间",
    weightAbout: ({ days }) => `每过 ${days} 天，一条评价的分量减半。`,
    bursts: "集中评价",
    burstsAbout: ({ user, burst }) =>
      `同一位用户给同一位顾问的全部评价，最多折合 ${user} 条；半小时之内的全部评价，最多折合 ${burst} 条。`,
    trend: "趋势",
    trendAbout: ({ weeks }) => `最近 ${weeks} 周与此前相比，已扣除咨询难度的影响。只有不大可能出于偶然时才显示箭头。`,
    shines: "擅长",
    shinesAbout: ({ share }) => `在这个主题上，有至少 ${share} 的把握好于一般同事。次数是有评价的会话数。主题列表里的竖线是该主题的通常水平。`,
    share: "接待占比",
    shareAbout: "在这段时间开始、由顾问接待的会话中，这位顾问所占的比例。",
    response: "首次回复",
    responseAbout: "从分到会话到发出第一条消息的时间，取有评价的会话：中位数，以及九成会话不超过的时间。",
  },
};
