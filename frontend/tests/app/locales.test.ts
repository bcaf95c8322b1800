import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { describe, expect, it } from "vitest";

import { i18n, setLanguage } from "@/app/i18n";
import { en } from "@/app/locales/en";
import { zhHans } from "@/app/locales/zh-Hans";
import type { Tree, Words } from "@/app/words";

function flat(tree: Tree, prefix = ""): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === "string" ? [[prefix + key, value]] : Object.entries(flat(value, `${prefix}${key}.`)),
    ),
  );
}
/** Words that come with a page (`src/<domain>/words.ts`, `…Words.ts`) count like those of the first load. */
const ofPages = Object.values(import.meta.glob<{ words: Words }>(["../../src/*/words.ts", "../../src/*/*Words.ts"], { eager: true })).flatMap(({ words }) => (words === undefined ? [] : [words]));
const chinese = Object.assign({}, flat(zhHans), ...ofPages.map((words) => flat(words.zhHans))) as Record<string, string>;
const english = Object.assign({}, flat(en), ...ofPages.map((words) => flat(words.en))) as Record<string, string>;

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "locales" ? [] : sources(path);
    if (/^words\.ts$|Words\.ts$/.test(entry.name)) return [];
    return /\.(vue|ts)$/.test(entry.name) ? [readFileSync(path, "utf8")] : [];
  });
}
const code = sources(resolve(import.meta.dirname, "../../src")).join("\n");

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "").sort();

describe("the catalogues", () => {
  it("have the same keys", () => {
    expect(Object.keys(english).sort()).toEqual(Object.keys(chinese).sort());
  });

  it("take the same values", () => {
    const differing = Object.keys(chinese).filter((key) => String(placeholders(chinese[key] ?? "")) !== String(placeholders(english[key] ?? "")));
    expect(differing).toEqual([]);
  });

  it("hold every key the pages name", () => {
    const named = [...code.matchAll(/(?:\bt\(|title: |: )"((?:[a-z]\w*)\.[a-zA-Z_]\w*)"/g)].map((match) => match[1] ?? "");
    const areas = new Set(Object.keys(chinese).map((key) => key.split(".")[0]));
    const missing = named.filter((key) => areas.has(key.split(".")[0]) && !(key in chinese));
    expect(named.length).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });

  it("write Chinese with full-width punctuation, without spaces of their own", () => {
    const wrong = Object.entries(chinese).filter(([, text]) => /[\u4e00-\u9fff] ?[,;:?!]|[\u4e00-\u9fff] [\w{]|[\w}] [\u4e00-\u9fff]|！|亲/.test(text));
    expect(wrong.filter(([key]) => key !== "ticket.calledTitle")).toEqual([]);
  });
});

describe("translation", () => {
  it("puts a hair of space between Chinese and digits, and can be switched", async () => {
    const { t } = i18n.global;
    expect(t("ticket.ahead", { n: 3 })).toBe("前面还有\u202F3\u202F位");
    await setLanguage("en");
    expect(t("ticket.ahead", { n: 3 })).toBe("3 ahead of you");
    expect(document.documentElement.lang).toBe("en");
    await setLanguage("zh-Hans");
    expect(t("ticket.next")).toBe("下一位就是你");
  });
});
