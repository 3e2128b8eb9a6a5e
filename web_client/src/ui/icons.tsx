/** Our own icons: 20 units square, one stroke, coloured by the text around them. */

import type { ComponentChildren } from "preact";

interface IconProps {
  class?: string;
}

function icon(drawing: ComponentChildren) {
  return (props: IconProps) => (
    <svg class={`icon ${props.class ?? ""}`} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {drawing}
    </svg>
  );
}

export const SendIcon = /* @__PURE__ */ icon(<path d="M10 16.5v-13M4.5 9 10 3.5 15.5 9" />);
export const CloseIcon = /* @__PURE__ */ icon(<path d="m5 5 10 10M15 5 5 15" />);
export const BackIcon = /* @__PURE__ */ icon(<path d="M12.5 4 6.5 10l6 6" />);
export const ForwardIcon = /* @__PURE__ */ icon(<path d="m7.5 4 6 6-6 6" />);
export const DownIcon = /* @__PURE__ */ icon(<path d="m4.5 7.5 5.5 5.5 5.5-5.5" />);
export const MoreIcon = /* @__PURE__ */ icon(
  <g fill="currentColor" stroke="none">
    <circle cx="4.5" cy="10" r="1.5" />
    <circle cx="10" cy="10" r="1.5" />
    <circle cx="15.5" cy="10" r="1.5" />
  </g>,
);
export const CheckIcon = /* @__PURE__ */ icon(<path d="m4 10.5 4 4 8-9" />);
export const DoubleCheckIcon = /* @__PURE__ */ icon(<path d="m2 10.5 3.5 3.5 7-8M9 13.5l.8.7 7.2-8.2" />);
export const ClockIcon = /* @__PURE__ */ icon(
  <>
    <circle cx="10" cy="10" r="7" />
    <path d="M10 6v4.2l2.8 1.8" />
  </>,
);
export const AlertIcon = /* @__PURE__ */ icon(
  <>
    <path d="M10 3 2.5 16.5h15z" />
    <path d="M10 8.2v3.6M10 14v.1" />
  </>,
);
export const InfoIcon = /* @__PURE__ */ icon(
  <>
    <circle cx="10" cy="10" r="7.2" />
    <path d="M10 9.2v4.3M10 6.4v.1" />
  </>,
);
export const SmileIcon = /* @__PURE__ */ icon(<path d="M10 2.800a7.2 7.2 0 1 0 0 14.4 7.2 7.2 0 0 0 0-14.400ZM7.500 8v.1M12.500 8v.1M6.700 11.800c.8 1.300 1.900 1.900 3.300 1.900s2.500-.6 3.300-1.900" />);
export const CalmIcon = /* @__PURE__ */ icon(<path d="M10 2.800a7.2 7.2 0 1 0 0 14.4 7.2 7.2 0 0 0 0-14.400ZM7.500 8v.1M12.500 8v.1M7 12.600h6" />);
export const FrownIcon = /* @__PURE__ */ icon(<path d="M10 2.800a7.2 7.2 0 1 0 0 14.4 7.2 7.2 0 0 0 0-14.400ZM7.500 8v.1M12.500 8v.1M6.700 13.700c.8-1.300 1.900-1.900 3.300-1.900s2.500.6 3.300 1.900" />);
export const PersonIcon = /* @__PURE__ */ icon(
  <>
    <circle cx="10" cy="6.8" r="3.2" />
    <path d="M3.8 17c.7-3.3 3.1-5 6.2-5s5.5 1.7 6.2 5" />
  </>,
);
export const PeopleIcon = /* @__PURE__ */ icon(
  <>
    <circle cx="7.5" cy="7" r="2.8" />
    <path d="M2 16.3c.6-3 2.7-4.4 5.5-4.4s4.9 1.4 5.5 4.4M13 4.6a2.6 2.6 0 0 1 0 5M14.6 12.3c1.8.5 3 1.8 3.4 4" />
  </>,
);
/** The bot's mark: a ripple around a boat's keel, for asking the way to the ford. */
export const BotIcon = /* @__PURE__ */ icon(
  <>
    <path d="M3 8.5h14c-.6 3.4-3.2 5-7 5s-6.4-1.6-7-5Z" />
    <path d="M10 8.500V3.200l4 5.300M3.5 16.800c1.6-1 3-1 4.4 0 1.4 1 2.8 1 4.2 0 1.4-1 2.8-1 4.4 0" />
  </>,
);
export const ThumbUpIcon = /* @__PURE__ */ icon(
  <path d="M6.5 9 9.6 3c1.3 0 2 .9 1.8 2.200L11 8h4.300c1 0 1.7.9 1.5 1.900l-1 5c-.2.9-.9 1.5-1.8 1.500H6.500zM6.5 9H3.500v7.400h3" />,
);
export const ThumbDownIcon = /* @__PURE__ */ icon(
  <path d="M6.5 11 9.6 17c1.3 0 2-.9 1.8-2.200L11 12h4.300c1 0 1.7-.9 1.5-1.900l-1-5c-.2-.9-.9-1.5-1.8-1.500H6.500zM6.5 11H3.500V3.600h3" />,
);
export const HistoryIcon = /* @__PURE__ */ icon(<path d="M3.5 10a6.5 6.5 0 1 1 1.9 4.600M3.5 10 2 8.300M3.5 10l1.7-1.500M10 6.300v4l2.6 1.5" />);
export const DownloadIcon = /* @__PURE__ */ icon(<path d="M10 3.500v9M6 9l4 4 4-4M3.5 16.500h13" />);
export const RefreshIcon = /* @__PURE__ */ icon(<path d="M16.5 10a6.5 6.5 0 1 1-1.9-4.600L16.5 7M16.5 3.500V7H13" />);
export const TrashIcon = /* @__PURE__ */ icon(<path d="M3.5 5.500h13M8 5.500V3.500h4v2M5.5 5.500l.700 11h7.600l.700-11M8.5 8.700v4.800M11.5 8.700v4.8" />);
export const SearchIcon = /* @__PURE__ */ icon(
  <>
    <circle cx="8.7" cy="8.7" r="5.2" />
    <path d="m12.6 12.6 4 4" />
  </>,
);
export const PlusIcon = /* @__PURE__ */ icon(<path d="M10 4v12M4 10h12" />);
export const EditIcon = /* @__PURE__ */ icon(<path d="m3.5 16.5.8-3.600L13.5 3.700l2.8 2.8-9.2 9.200zM11.7 5.500l2.8 2.8" />);
export const OfflineIcon = /* @__PURE__ */ icon(<path d="M3 3l14 14M6 9.200a6.6 6.6 0 0 1 2-1.200M3 6.500a11 11 0 0 1 2-1.300M9 4.100a11 11 0 0 1 8 2.400M12.3 8.300A6.6 6.6 0 0 1 14 9.200M8.2 12a2.8 2.8 0 0 1 3.6 0M10 15v.1" />);
export const TransferIcon = /* @__PURE__ */ icon(<path d="M3.5 7h12M12.5 4l3 3-3 3M16.5 13h-12M7.5 10l-3 3 3 3" />);
export const NoteIcon = /* @__PURE__ */ icon(<path d="M4 3.500h12v9l-4 4H4zM12 16.500v-4h4M7 7.200h6M7 10h3.5" />);
export const StarIcon = /* @__PURE__ */ icon(<path d="m10 2.8 2.2 4.7 5.1.6-3.8 3.5 1 5.100L10 14.200l-4.5 2.5 1-5.100L2.7 8.100l5.1-.6z" />);
export const GlobeIcon = /* @__PURE__ */ icon(<path d="M10 2.800a7.2 7.2 0 1 0 0 14.4 7.2 7.2 0 0 0 0-14.400ZM3 10h14M10 2.800c2.5 2.3 3.5 4.7 3.5 7.200s-1 4.9-3.5 7.200C7.5 14.9 6.5 12.5 6.5 10s1-4.9 3.5-7.200Z" />);
export const SunIcon = /* @__PURE__ */ icon(
  <>
    <circle cx="10" cy="10" r="3.4" />
    <path d="M10 2v1.800M10 16.200V18M2 10h1.800M16.2 10H18M4.3 4.300l1.3 1.300M14.4 14.400l1.3 1.300M4.3 15.700l1.3-1.300M14.4 5.600l1.3-1.3" />
  </>,
);
export const FileIcon = /* @__PURE__ */ icon(<path d="M5 2.800h6.500L15.5 7v10.200H5zM11.3 3v4.200h4.2" />);
export const BoltIcon = /* @__PURE__ */ icon(<path d="M11.2 2.5 4.5 11.300h4.700l-.6 6.2 6.9-9h-4.800z" />);
export const ChartIcon = /* @__PURE__ */ icon(<path d="M3.5 16.500h13M5.5 13.500V9M10 13.500V4M14.5 13.500V7" />);
export const BookIcon = /* @__PURE__ */ icon(<path d="M4 4.200c2-.9 4-.9 6 .3 2-1.2 4-1.2 6-.3v11.600c-2-.9-4-.9-6 .3-2-1.2-4-1.2-6-.3zM10 4.500v11.6" />);
export const GearIcon = /* @__PURE__ */ icon(
  <>
    <circle cx="10" cy="10" r="2.6" />
    <path d="M10 2.500v2.200M10 15.300v2.200M2.5 10h2.200M15.3 10h2.200M4.7 4.700l1.6 1.600M13.7 13.700l1.6 1.600M4.7 15.300l1.6-1.600M13.7 6.300l1.6-1.6" />
  </>,
);
export const PhoneIcon = /* @__PURE__ */ icon(<path d="M6.6 3 8 6.6 6.2 8c.9 2.3 2.7 4.6 5.8 5.800l1.4-1.8 3.6 1.400c-.1 2.2-1.4 3.6-3.5 3.600C8.2 17 3 11.8 3 6.5 3 4.4 4.4 3.1 6.6 3Z" />);
