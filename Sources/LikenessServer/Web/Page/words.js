// What the server says in figures, codes and English, in the words of the chosen language.

import { has, language, number, percent, t } from "./i18n.js";

// Codes whose message tells more than the code: what is wrong where, or which names.
const detailed = ["bad_query", "unknown_label", "ambiguous_label", "unknown_name", "ambiguous_name", "name_taken", "several_names", "told_apart", "unusable", "no_map_possible"];

/** How alike two faces are, by the chance that they are one person. */
export function alike(probability) {
  const steps = [[0.95, "alike.same"], [0.7, "alike.likely"], [0.4, "alike.maybe"], [0.1, "alike.some"], [0.01, "alike.little"]];
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
];

/** Why a photo cannot be read, from the server's English. */
export function photoReason(text) {
  const found = photoReasons.find(([pattern]) => pattern.test(text ?? ""));
  return found ? t(found[1]) : text || t("add.unreadable");
}

const remarks = [
  [/^only (\d+) pixels wide$/, (found) => t("remark.small", { n: Number(found[1]) })],
  [/^blurred$/, () => t("remark.blurred")],
  [/^turned to the side$/, () => t("remark.turned")],
  [/^tilted$/, () => t("remark.tilted")],
  [/^cut off by the frame$/, () => t("remark.cut")],
  [/^too poor to judge$/, () => t("remark.poor")],
  [/^(.+) shows (\d+) faces, the largest was taken$/, (found) => t("remark.several", { photo: side(found[1]), n: Number(found[2]) })],
  [/^(.+) was turned by (\d+)°$/, (found) => t("remark.sideways", { photo: side(found[1]), degrees: found[2] })],
  [/^the face of (.+) is (.+)$/, (found) => `${side(found[1])}: ${found[2].split(" and ").map(remark).join(", ")}`],
];

/** What a comparison calls its photos. */
const side = (text) => ({ "photo a": t("verify.first"), "photo b": t("verify.second") })[text] ?? text;

export function remark(text) {
  for (const [pattern, say] of remarks) {
    const found = text.match(pattern);
    if (found) return say(found);
  }
  return text;
}

/** The parts of a server's reason without its figures, which the page says itself. */
export function reasonRemarks(reason) {
  return reason.split("; ").filter((part) => !/ distance [\d.]+ is (within|above) /.test(part)).map(remark);
}

/** What the threshold for strangers stands for, from the server's English. */
export function thresholdWords(reason) {
  const found = reason.match(/([\d.e-]+) % of unknown people are taken for somebody(?: among ([\d,]+) faces)?/);
  if (!found) return null;
  const share = number(Number(found[1]) / 100, { style: "percent", maximumSignificantDigits: 2 });
  return found[2] ? t("threshold.among", { share, n: Number(found[2].replaceAll(",", "")) }) : t("threshold.alone", { share });
}

export const personName = (name) => name ?? t("person.unnamed");

/** How good a face is to compare by. */
export function qualityWords(quality) {
  if (quality >= 0.7) return t("quality.good");
  if (quality >= 0.4) return t("quality.fair");
  return t("quality.poor");
}
