// What is in the gallery, by which models and thresholds it judges, and, for who may see it, who asked what.

import { get, isAdmin, query } from "./api.js";
import { h, replace } from "./dom.js";
import { bytes, date, distance, number, t } from "./i18n.js";
import { keysSection } from "./keys.js";
import { serverSentence } from "./words.js";

export async function render(root, { signal, setTitle }) {
  setTitle(t("about.title"));
  const [info, { models }, keys, audit] = await Promise.all([get("/info", { signal }), get("/models", { signal }), isAdmin() ? keysSection(signal) : null, isAdmin() ? get(query("/audit", { limit: 100 }), { signal }) : null]);
  replace(root, h("p", { class: "intro" }, t("about.text")), gallery(info), thresholds(info), rights(info), keys, modelTable(models), audit && auditTable(audit.entries), audit?.refusals.length > 0 && refusalTable(audit.refusals), programs());
}

const section = (key, ...children) => h("section", { class: "card", dataset: { testid: key.replace(".", "-") } }, h("h2", {}, t(key)), children);
const facts = (rows) => h("dl", { class: "facts" }, rows.map(([key, value]) => [h("dt", {}, t(key)), h("dd", {}, value)]));

function gallery({ gallery: found, version, storesPhotos }) {
  return section("about.gallery", facts([
    ["about.photos", number(found.photos)], ["about.photosWithoutFace", number(found.photosWithoutFace)], ["about.faces", number(found.faces)],
    ["about.namedFaces", number(found.namedFaces)], ["about.doubtfulFaces", number(found.doubtfulFaces)], ["about.hiddenFaces", number(found.hiddenFaces)], ["about.unembeddedFaces", number(found.unembeddedFaces)],
    ["about.names", number(found.names)], ...(found.bytes > 0 ? [["about.bytes", bytes(found.bytes)]] : []),
    ["about.storesPhotos", t(storesPhotos ? "yes" : "no")], ["about.version", version],
  ]));
}

function thresholds({ thresholds: found, linkRule: rule }) {
  if (!found) return section("about.thresholds", h("p", {}, t("about.noThresholds")));
  return section("about.thresholds", facts([
    ["about.verify", distance(found.verify)], rule ? ["about.linkRule", `${distance(rule.distance)} (${t(`metric.${rule.metric}`)})`] : ["about.link", distance(found.link)], ["about.unknown", distance(found.unknown)],
  ]), h("p", { class: "soft" }, t("about.metric", { metric: t(`metric.${found.metric}`) })),
  h("details", { class: "why" }, h("summary", {}, t("why")), serverSentence(found.reason)));
}

const rights = (info) => section("about.rights", h("p", {}, t(`rights.${info.rights}`)));

const programs = () => section("about.programs", h("p", {}, t("about.programs.text")), h("p", { class: "links" }, h("a", { href: "/docs", dataset: { testid: "docs" } }, t("docs.title"))));

function modelTable(models) {
  return section("about.models", h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("about.models") }, h("table", {},
    h("thead", {}, h("tr", {}, ["model.name", "model.kind", "model.licence", "model.inUse"].map((key) => h("th", { scope: "col" }, t(key))))),
    h("tbody", {}, models.map((model) => h("tr", {}, h("th", { scope: "row" }, h("span", { title: model.source }, model.name)), h("td", {}, model.kind), h("td", {}, model.licence), h("td", {}, t(model.inUse ? "yes" : "no"))))))));
}

function auditTable(entries) {
  return section("about.audit", h("p", { class: "soft" }, t("about.audit.text")), h("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": t("about.audit") }, h("table", {},
    h("thead", {}, h("tr", {}, ["audit.time", "audit.key", "audit.request", "audit.status", "audit.subject"].map((key) => h("th", { scope: "col" }, t(key))))),
    h("tbody", {}, entries.map((entry) => h("tr", {}, h("td", {}, date(entry.time)), h("td", {}, entry.key ?? "–"), h("td", {}, h("code", {}, `${entry.method} ${entry.route}`)), h("td", {}, String(entry.status)), h("td", {}, entry.subject ?? "–")))))));
}

function refusalTable(refusals) {
  return section("about.refusals", h("p", { class: "soft" }, t("about.refusals.text")), h("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": t("about.refusals") }, h("table", {},
    h("thead", {}, h("tr", {}, ["refusals.from", "refusals.to", "refusals.requests", "refusals.addresses"].map((key) => h("th", { scope: "col" }, t(key))))),
    h("tbody", {}, refusals.map((span) => h("tr", { dataset: { testid: "refusal" } }, h("td", {}, date(span.from)), h("td", {}, date(span.to)), h("td", {}, number(span.requests)), h("td", {}, number(span.addresses))))))));
}
