// The page's texts in the chosen language. A text with forms for one and many is an object by plural category.

export const languages = { en: "English", ko: "한국어", ja: "日本語" };

let texts = {};
let fallback = {};
let current = "en";

export const language = () => current;

function preferred() {
  const kept = remembered("language");
  if (kept in languages) return kept;
  const wanted = (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find((tag) => tag in languages) ?? "en";
}

export async function loadLanguage(choice = preferred()) {
  const read = async (tag) => (await fetch(`/page/${tag}.json`)).json();
  if (!Object.keys(fallback).length) fallback = await read("en");
  texts = choice === "en" ? fallback : await read(choice);
  current = choice;
  document.documentElement.lang = choice;
}

export function chooseLanguage(choice) {
  remember("language", choice);
  return loadLanguage(choice);
}

export const has = (key) => key in fallback;

/** The text of a key, with `{name}` filled in from `values`; `values.n` decides between one and many. */
export function t(key, values = {}) {
  let text = texts[key] ?? fallback[key] ?? key;
  if (typeof text === "object") text = text[new Intl.PluralRules(current).select(values.n ?? 0)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    if (!(name in values)) return whole;
    return typeof values[name] === "number" ? number(values[name]) : values[name];
  });
}

export const number = (value, options = {}) => new Intl.NumberFormat(current, options).format(value);

export function percent(value) {
  if (value > 0 && value < 0.01) return t("percent.under");
  if (value > 0.99 && value < 1) return t("percent.over");
  return number(value, { style: "percent", maximumFractionDigits: 0 });
}

export const distance = (value) => number(value, { minimumFractionDigits: 3, maximumFractionDigits: 3 });

export const date = (text) => new Intl.DateTimeFormat(current, { dateStyle: "medium", timeStyle: "short" }).format(new Date(text));

/** A year, a month or a day, as far as it is known: 1961, 1961-08 or 1961-08-04. */
export function partialDate(text) {
  const parts = text.split("-").length;
  const options = { timeZone: "UTC", year: "numeric", ...(parts > 1 && { month: "long" }), ...(parts > 2 && { day: "numeric" }) };
  return new Intl.DateTimeFormat(current, options).format(new Date(text));
}

/** About how long, in the largest unit that fits. */
export function duration(seconds) {
  const [value, unit] = seconds < 90 ? [Math.max(1, seconds), "second"] : seconds < 5400 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  return number(Math.round(value), { style: "unit", unit, unitDisplay: "long" });
}

export const list = (items) => new Intl.ListFormat(current).format(items);

export function bytes(value) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let place = 0;
  while (value >= 1000 && place < units.length - 1) { value /= 1000; place += 1; }
  return number(value, { style: "unit", unit: units[place], maximumFractionDigits: 1 });
}

// A browser may forbid a page to keep anything: then it forgets, and works all the same.
export function remember(key, value) {
  try { localStorage.setItem(`likeness.${key}`, value); } catch { /* forgotten */ }
}

export function remembered(key) {
  try { return localStorage.getItem(`likeness.${key}`); } catch { return null; }
}
