// What the server says in figures, codes and English, in the words of the chosen language.

import { h } from "./dom.js";
import { has, language, percent, t } from "./i18n.js";

// Codes whose message tells more than the code: what is wrong where, or which names.
const detailed = ["bad_box", "bad_query", "unknown_label", "ambiguous_label", "unknown_name", "ambiguous_name", "name_taken", "several_names", "told_apart", "unusable", "no_map_possible"];

/** How alike two faces are, by the chance that they are one person. */
export function alike(probability) {
  const steps = [[0.95, "alike.same"], [0.7, "alike.likely"], [0.5, "alike.maybe"], [0.1, "alike.some"], [0.01, "alike.little"]];
  return t((steps.find(([least]) => probability >= least) ?? [0, "alike.hardly"])[1]);
}

export const chance = (probability) => t("alike.chance", { percent: percent(probability) });

/** By the code where the page knows it, else by the status; with the server's own English where that tells more. */
export function errorText(error) {
  if (error.code === "unreadable_photo") return photoReason(error.message);
  const isDetailed = detailed.includes(error.code);
  if (language() === "en" && isDetailed) return error.message;
  const key = [`error.${error.code}`, `error.http_${error.status}`].find(has);
  if (!key) return error.message || t("error.unknown");
  return isDetailed ? `${t(key)} (${error.message})` : t(key);
}

const photoReasons = [
  [/is not an image/, "reason.format"], [/ is not supported/, "reason.unsupported"], [/is empty/, "reason.empty"],
  [/cut short/, "reason.short"], [/ pixels are over /, "reason.pixels"], [/ bytes are over /, "reason.bytes"], [/damaged/, "reason.damaged"],
  [/takes longer than/, "error.too_slow_to_decode"],
];

/** Why a photo cannot be read, from the server's English. */
export function photoReason(text) {
  const found = photoReasons.find(([pattern]) => pattern.test(text ?? ""));
  return found ? t(found[1]) : text || t("add.unreadable");
}

// What the API remarks on a face: few fixed phrases, here by their own texts.
const remarks = { doubtful: "remark.doubtful", blurred: "remark.blurred", "turned to the side": "remark.turned", tilted: "remark.tilted", "cut off by the frame": "remark.cut" };

export function remark(text) {
  const width = text.match(/^only (\d+) pixels wide$/);
  if (width) return t("remark.small", { n: Number(width[1]) });
  return text in remarks ? t(remarks[text]) : text;
}

/** The server's own sentence, word for word, which belongs under details. */
export const serverSentence = (text) => h("p", { lang: "en", class: "small", dataset: { testid: "reason" } }, text);

export const personName = (name) => name ?? t("person.unnamed");

/** How good a face is to compare by. */
export function qualityWords(quality) {
  if (quality >= 0.7) return t("quality.good");
  if (quality >= 0.4) return t("quality.fair");
  return t("quality.poor");
}
