import { fileURLToPath, URL } from "node:url";

import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

const backend = process.env["JOBFAIR_BACKEND"] ?? "http://127.0.0.1:8000";

const SEEKERS = /\/(Application|Booth|Fair|Me|Position|Resume|Search|SignIn|Ticket)Page-/;

export default defineConfig({
  base: "/static/",
  plugins: [vue()],
  resolve: {
    alias: {
      "@": fileURLToPath(new URL("./src", import.meta.url)),
      // Without the message compiler: src/app/i18n.ts has its own, for the little our words need.
      "vue-i18n": "vue-i18n/dist/vue-i18n.runtime.mjs",
    },
  },
  define: {
    __VUE_I18N_FULL_INSTALL__: "false",
    __VUE_I18N_LEGACY_API__: "false",
    __INTLIFY_PROD_DEVTOOLS__: "false",
    __INTLIFY_JIT_COMPILATION__: "true",
    __INTLIFY_DROP_MESSAGE_COMPILER__: "true",
    __VUE_OPTIONS_API__: "false",
    __VUE_PROD_DEVTOOLS__: "false",
  },
  build: {
    outDir: "dist",
    target: ["chrome87", "safari14", "edge88", "firefox78"],
    modulePreload: {
      polyfill: false,
      // The list of what each page needs is in every page's first load: only seekers' pages are worth their lines in it.
      resolveDependencies: (page, needed) => (SEEKERS.test(page) ? needed : needed.filter((file) => file.endsWith(".css"))),
    },
  },
  server: {
    proxy: {
      "/api": { target: backend },
      "/ws": { target: backend, ws: true },
    },
  },
  test: {
    environment: "happy-dom",
    pool: "vmThreads", // one page per worker, not per file: a sixth of the processor time; files stay isolated
    include: ["tests/**/*.test.ts"],
    restoreMocks: true,
  },
});
