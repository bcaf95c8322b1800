import { mount } from "@vue/test-utils";
import { afterEach, expect, it } from "vitest";
import { nextTick } from "vue";

import { i18n } from "@/app/i18n";
import AppSheet from "@/ui/AppSheet.vue";

afterEach(() => {
  document.body.innerHTML = "";
});

function tab(shiftKey = false): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key: "Tab", shiftKey, bubbles: true, cancelable: true });
  document.activeElement?.dispatchEvent(event);
  return event;
}

it("keeps Tab inside an open sheet", async () => {
  const sheet = mount(AppSheet, {
    attachTo: document.body,
    props: { modelValue: true, title: "选择面谈方式" },
    slots: { default: '<button type="button" id="one">现场</button><button type="button" disabled>关着</button>' },
    global: { plugins: [i18n] },
  });
  await nextTick();
  const [first, last] = [document.querySelector<HTMLElement>("#one"), document.querySelector<HTMLElement>(".cancel")];
  expect([first?.textContent, last?.textContent]).toEqual(["现场", "取消"]);
  last?.focus();
  expect(tab().defaultPrevented).toBe(true);
  expect(document.activeElement).toBe(first);
  expect(tab().defaultPrevented).toBe(false);
  expect(tab(true).defaultPrevented).toBe(true);
  expect(document.activeElement).toBe(last);
  sheet.unmount();
});
