/** Icons of the talk's own, on the same 24-px grid as the rest, so that no other page carries them. */
export const TALK_ICONS = {
  microphone: "M12 4a3 3 0 0 1 3 3v4a3 3 0 0 1-6 0V7a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v3.500",
  muted: "M4 4l16 16M9 9v2a3 3 0 0 0 4.600 2.500M15 11V7a3 3 0 0 0-5.800-1M6 11a6 6 0 0 0 9.500 4.900M18 11c0 .9-.2 1.700-.5 2.500M12 17v3.500",
  camera: "M4 7h11v10H4zM15 11l5-3v8l-5-3",
  hidden: "M4 4l16 16M8 7h7v6M15 16v1H4V7h1M15 11l5-3v8l-3-1.800",
  leave: "M4 14.500c5-4.500 11-4.500 16 0l-2.500 2.500-3-1.800v-2.700a9 9 0 0 0-5 0v2.700l-3 1.800z",
  devices: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5",
  file: "M7 3h7l4 4v14H7zM14 3v4h4M10 12h5M10 16h5",
  chat: "M4 5h16v11H10l-4 4v-4H4z",
} as const;

export type TalkIconName = keyof typeof TALK_ICONS;
