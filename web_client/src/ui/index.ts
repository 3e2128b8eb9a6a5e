/** Everything a page builds its screens from. */

import "./base.css";

export { AlarmNotice } from "./alarm_notice";
export { Avatar, Badge, type Tone } from "./badge";
export { Bubble, type DeliveryState, type MessageActions } from "./bubble";
export { Button, IconButton } from "./button";
export { Composer } from "./composer";
export { ConfirmDialog, Dialog, DialogActions } from "./dialog";
export { Field, Select } from "./field";
export * from "./icons";
export { LinkedText } from "./linked_text";
export { Menu, type MenuEntry } from "./menu";
export { MessageList, type Insert } from "./message_list";
export { EmptyState, Skeleton } from "./placeholder";
export { DangerBadge, PriorityBadge } from "./priority_badge";
export { Stars, StarsShown } from "./stars";
export { Table, type Column } from "./table";
export { Tabs } from "./tabs";
export { isSendable, LONGEST_MESSAGE, remainingCharacters } from "./text_limits";
export { tell, tellFailure, Toasts, type ToastAction } from "./toast";
