import type { Words } from "@/app/words";

export const words: Words = {
  zhHans: {
    pass: {
      title: "入场码",
      open: "我的入场码",
      show: "进出会场时出示",
      code: "扫不出来时报这个码",
      bright: "请把屏幕调到最亮，再对准镜头。",
      offline: "没有网络也能出示。",
      notOffline: "请提前打开本页或截图保存，没有网络时也能出示。",
      role: { seeker: "求职者", recruiter: "参会企业", staff: "工作人员", walk_in: "访客" },
      over: "这场招聘会已经结束",
      overText: "入场码不再使用。岗位在延期内仍可投递。",
      backToFair: "回到招聘会",
      own: "一人一码，请勿转借。多次出示只算一人。",
      privacy: "会场只记录进出时间，用于控制人数；散场30天后不再与你关联。",
      qr: "入场二维码",
    },
    entry: {
      held: "会场人数已满，暂缓入场",
      heldText: "有人离场后会陆续放行，请留意现场指引。线上排队、投递不受影响。",
    },
  },
  en: {
    pass: {
      title: "Entry pass",
      open: "My entry pass",
      show: "Show this when you come in and leave",
      code: "If it does not scan, say this code",
      bright: "Turn your screen to full brightness, then hold it to the camera.",
      offline: "Works without network.",
      notOffline: "Open this page or take a screenshot beforehand, so that you can show it without network.",
      role: { seeker: "Seeker", recruiter: "Employer", staff: "Staff", walk_in: "Visitor" },
      over: "This fair is over",
      overText: "The pass is no longer used. You can still apply during the extension.",
      backToFair: "Back to the fair",
      own: "One pass, one person. Showing it again counts once.",
      privacy: "We record only when you come and go, to limit the number of people; 30 days after the fair nothing leads back to you.",
      qr: "QR code for entry",
    },
    entry: {
      held: "The hall is full, entry is held",
      heldText: "People are let in as others leave; please follow the staff. Lines and applications online go on.",
    },
  },
};
