import { createPinia } from "pinia";
import { createApp } from "vue";

import App from "@/app/App.vue";
import { i18n, restoreLanguage } from "@/app/i18n";
import { router } from "@/app/router";
import { outbox } from "@/http/pageOutbox";
import { onWakeUp } from "@/lib/wake";
import { socket } from "@/realtime/page";

import "@/ui/tokens.css";
import "@/ui/base.css";

async function start(): Promise<void> {
  await restoreLanguage();
  createApp(App).use(createPinia()).use(i18n).use(router).mount("#app");
  void outbox.start();
  // A phone that says it lost the network need not find out by silence.
  window.addEventListener("offline", () => {
    socket.wake();
  });
  onWakeUp(() => {
    socket.wake();
    outbox.wake();
  });
}

void start();
