/** What the player says; also in the room's own words. */
import type { Words } from "@/app/words";

export const words: Words = {
  zhHans: {
    picture: {
      label: "直播画面",
      screen: "直播大屏",
      interrupted: "直播中断，正在恢复",
      waiting: "直播还没开始",
      waitingText: "开播后画面会自动播放。",
      startsAt: "预计{time}开播，届时画面会自动播放。",
      none: "暂时没有画面",
      noneText: "岗位、提问和投递照常使用。",
      cut: "画面已暂停",
      cutText: "聊天、提问和投递照常进行，画面恢复后自动播放。",
      coming: "正在连接画面",
      comingText: "岗位和投递不受影响。",
      unfit: "这个浏览器不能播放直播",
      unfitText: "请换用系统自带浏览器或微信打开，岗位和投递照常使用。",
      play: "播放",
      unmute: "打开声音",
      delay: "画面约晚{n}秒",
    },
  },
  en: {
    picture: {
      label: "Live picture",
      screen: "Live screen",
      interrupted: "The broadcast was interrupted and is coming back",
      waiting: "Not live yet",
      waitingText: "The picture starts by itself.",
      startsAt: "Expected at {time}; the picture starts by itself.",
      none: "No picture at the moment",
      noneText: "Positions, questions and applications work as usual.",
      cut: "The picture is paused",
      cutText: "Chat, questions and applications go on; the picture comes back by itself.",
      coming: "Connecting",
      comingText: "Positions and applications are not affected.",
      unfit: "This browser cannot play the broadcast",
      unfitText: "Open it in the phone’s own browser or in WeChat. Positions and applications work as usual.",
      play: "Play",
      unmute: "Sound on",
      delay: "about {n} s behind",
    },
  },
};
