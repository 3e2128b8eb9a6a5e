/** Words of the shared components, in English. */

import { plural } from "../../core/i18n";

export const uiEn = {
  close: "Close",
  cancel: "Cancel",
  dismiss: "Dismiss",
  bot: "Assistant",
  supervisor: "Supervisor",
  messages: "Messages",
  newMessages: ({ count }: { count: number }) =>
    plural(count, { one: "1 new message", other: `${count} new messages` }),
  toNewest: "Go to the newest message",
  earlier: "Show earlier messages",
  loading: "Loading",
  sending: "Sending",
  waiting: "Waiting to be sent",
  sent: "Sent",
  delivered: "Delivered",
  read: "Read",
  notSent: "Not sent",
  retry: "Try again",
  discard: "Delete",
  recall: "Take back",
  recalled: "This message was taken back.",
  helpful: "Helpful",
  notHelpful: "Not helpful",
  feedbackThanks: "Thank you for telling us.",
  call: ({ number }: { number: string }) => `Call ${number}`,
  typing: ({ name }: { name: string }) => `${name} is typing`,
  file: "File",
  download: ({ name }: { name: string }) => `Download ${name}`,
  write: "Message",
  send: "Send",
  charactersLeft: ({ count }: { count: number }) =>
    plural(count, { one: "1 character left", other: `${count} characters left` }),
  tooLong: ({ count }: { count: number }) =>
    plural(count, { one: "1 character too long", other: `${count} characters too long` }),
  stars: ({ count }: { count: number }) => plural(count, { one: "1 star", other: `${count} stars` }),
  priority: { haste: "Urgent", anger: "Upset", danger: "In crisis", unknown: "Priority" },
  alarm: {
    title: "This person may be in danger",
    only_staff: "Only staff see this",
    hint: "Ask first whether they are safe. Help that you could name:",
    insert: "Put into reply",
    settle: "Dealt with",
  },
  nothingHere: "Nothing here yet",
};

export type UiTexts = typeof uiEn;
