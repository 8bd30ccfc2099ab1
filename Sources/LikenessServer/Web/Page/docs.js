// The API, drawn from the document that describes it. What the document says is English, and stays text: never markup.

import { button, h, replace } from "./dom.js";
import { loadLanguage, remembered, t } from "./i18n.js";

/** The document that describes the API. */
let api = null;

const resolved = (node) => (node?.$ref ? node.$ref.replace(/^#\//, "").split("/").reduce((place, part) => place?.[part], api) : node);
const nameOf = (node) => node?.$ref?.split("/").pop();
const anchor = (id) => `op-${id}`;

async function start() {
  const theme = remembered("theme");
  if (theme && theme !== "auto") document.documentElement.dataset.theme = theme;
  await loadLanguage();
  document.title = `${t("docs.title")} · Likeness`;
  try {
    const answer = await fetch("/openapi.json");
    if (!answer.ok) throw new Error(String(answer.status));
    api = await answer.json();
  } catch {
    replace(document.getElementById("docs"), h("p", { class: "problem", role: "alert" }, t("error.offline")), button({ text: t("again"), name: "again", onclick: start }));
    return;
  }
  draw();
  document.documentElement.dataset.ready = "docs";
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

function operations() {
  return Object.entries(api.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => ({ path, method, operation })));
}

function draw() {
  const all = operations();
  const groups = api.tags.map(({ name }) => ({ name, items: all.filter(({ operation }) => operation.tags?.[0] === name) })).filter(({ items }) => items.length);
  const entries = [];
  const menu = h("nav", { class: "docs-menu", "aria-label": t("docs.title") }, groups.map(({ name, items }) => h("section", {}, h("h2", {}, name), h("ul", {}, items.map((item) => {
    const link = h("a", { href: `#${anchor(item.operation.operationId)}` }, method(item.method), h("span", {}, item.path.replace("/api/v1", "")));
    const row = h("li", {}, link);
    entries.push({ row, item });
    return row;
  })))));
  const sections = groups.map(({ name, items }) => h("section", { class: "docs-group" }, h("h2", {}, name), items.map((item) => {
    const element = card(item);
    entries.push({ row: element, item });
    return element;
  })));
  const none = h("p", { class: "soft", hidden: true }, t("docs.none"));
  const search = h("input", { type: "search", id: "docs-search", placeholder: t("docs.search"), "aria-label": t("docs.search"), autocomplete: "off", dataset: { testid: "docs-search" }, on: { input: () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    entries.forEach(({ row, item }) => { row.hidden = !words.every((word) => text(item).includes(word)); });
    [...menu.children, ...sections].forEach((section) => { section.hidden = !section.querySelector(":scope li:not([hidden]), :scope > article:not([hidden])"); });
    none.hidden = sections.some((section) => !section.hidden);
  } } });
  const { info } = api;
  replace(document.getElementById("docs"),
    h("header", { class: "docs-head" }, h("a", { class: "brand", href: "/" }, h("img", { src: "/page/icon.svg", alt: "", width: "30", height: "30" }), h("span", {}, "Likeness")), search),
    h("div", { class: "docs-body" }, menu, h("main", { lang: "en" }, h("h1", {}, `${info.title} API `, h("small", { class: "soft" }, info.version)), h("p", { class: "soft" }, info.description),
      h("p", { lang: document.documentElement.lang }, t("docs.text")), h("p", {}, h("a", { href: "/openapi.json" }, "openapi.json")), none, sections)));
}

const text = ({ path, method: verb, operation }) => `${verb} ${path} ${operation.summary} ${operation.operationId} ${operation.tags}`.toLowerCase();
const method = (name) => h("b", { class: `method ${name}` }, name.toUpperCase());

function card({ path, method: verb, operation }) {
  const rights = !isOpen(path) && operation["x-rights"];
  return h("article", { class: "card docs-operation", id: anchor(operation.operationId), dataset: { testid: "operation", operation: operation.operationId } },
    h("h3", {}, method(verb), h("code", {}, path)),
    h("p", {}, operation.summary),
    rights && h("p", { class: "soft small", lang: document.documentElement.lang }, t("docs.rights", { rights: t(`keys.rights.${rights}`) })),
    operation.parameters?.length > 0 && part("docs.parameters", parameters(operation.parameters)),
    operation.requestBody && part("docs.body", Object.entries(resolved(operation.requestBody).content).map(([type, media]) => [h("p", { class: "small" }, h("code", {}, type)), schemaTree(media.schema)])),
    part("docs.answers", answers(operation.responses)),
    part("docs.example", h("pre", { tabindex: "0" }, h("code", {}, example(path, verb, operation)))));
}

const part = (key, ...children) => h("section", { class: "docs-part" }, h("h4", { lang: document.documentElement.lang }, t(key)), children);

function parameters(list) {
  return h("ul", { class: "docs-fields" }, list.map((node) => {
    const { name, in: place, required, schema, description } = resolved(node);
    return h("li", {}, h("code", {}, name), " ", h("span", { class: "soft small" }, `${place}, ${typeText(schema)}${required ? "" : ", optional"}`), description && h("p", { class: "small" }, description));
  }));
}

/** Those that say something of this operation, and the codes of the rest in one line. */
function answers(responses) {
  const good = Object.entries(responses).filter(([code]) => code < 400);
  const bad = Object.keys(responses).filter((code) => code >= 400);
  return [
    good.map(([code, node]) => {
      const answer = resolved(node);
      return h("div", { class: "docs-answer" }, h("p", {}, h("b", { class: "code good" }, code), " ", answer.description),
        Object.entries(answer.content ?? {}).map(([type, media]) => [h("p", { class: "small" }, h("code", {}, type)), media.schema && !media.schema.contentMediaType && schemaTree(media.schema)]));
    }),
    bad.length > 0 && h("p", { class: "small soft" }, bad.map((code) => [h("b", { class: "code", title: resolved(responses[code])?.description }, code), " "]))];
}

function typeText(node) {
  const schema = resolved(node) ?? {};
  if (nameOf(node)) return nameOf(node);
  if (schema.oneOf) return schema.oneOf.map(typeText).join(" or ");
  if (schema.allOf) return schema.allOf.map(typeText).join(" and ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const types = [schema.type ?? "any"].flat();
  const base = types.includes("array") ? `array of ${typeText(schema.items)}` : types.join(" or ");
  const [low, high] = [schema.minimum, schema.maximum];
  const range = low !== undefined && high !== undefined ? ` ${low}…${high}` : low !== undefined ? ` ≥ ${low}` : high !== undefined ? ` ≤ ${high}` : "";
  return base + range + (schema.default !== undefined ? ` = ${JSON.stringify(schema.default)}` : "");
}

/** The fields of an object; those of objects within open when asked for, so that what contains itself has an end. */
function schemaTree(node) {
  const schema = resolved(node);
  if (!schema) return null;
  if (schema.allOf) return schema.allOf.map(schemaTree);
  if (schema.oneOf) return h("ul", { class: "docs-fields" }, schema.oneOf.map((each) => h("li", {}, h("span", { class: "soft small" }, typeText(each)), inner(each))));
  if (schema.items) return h("div", {}, h("p", { class: "soft small" }, typeText(schema)), inner(schema.items));
  if (!schema.properties) return h("p", { class: "soft small" }, typeText(schema));
  const required = new Set(schema.required ?? []);
  return h("ul", { class: "docs-fields" }, Object.entries(schema.properties).map(([name, field]) => h("li", {},
    h("code", {}, name), " ", h("span", { class: "soft small" }, typeText(field) + (required.has(name) ? "" : ", optional")),
    (field.description ?? resolved(field)?.description) && h("p", { class: "small" }, field.description ?? resolved(field).description), inner(field))));
}

function inner(node) {
  const schema = resolved(node);
  const target = schema?.items ?? node;
  const deep = resolved(target);
  if (!deep?.properties && !deep?.allOf && !deep?.oneOf) return null;
  const details = h("details", {}, h("summary", {}, nameOf(target) ?? t("docs.fields")));
  details.addEventListener("toggle", () => { if (details.open && details.children.length === 1) details.append(h("div", {}, schemaTree(target))); });
  return details;
}

/** Whether everybody may ask it, also where keys are needed. */
const isOpen = (path) => ["/health", "/ready", "/openapi.json", "/api/v1/session"].includes(path);

/** How the operation is asked from a terminal. */
function example(path, verb, operation) {
  const filled = path.replace(/\{(\w+)\}/g, "1");
  const needed = (operation.parameters ?? []).map(resolved).filter(({ in: place, required }) => place === "query" && required).map(({ name }) => `${name}=1`);
  const address = `${location.origin}${filled}${needed.length ? `?${needed.join("&")}` : ""}`;
  const lines = [`curl ${verb === "get" ? "" : `-X ${verb.toUpperCase()} `}'${address}'`];
  if (!isOpen(path)) lines.push("  -H 'x-api-key: KEY'");
  const content = operation.requestBody ? resolved(operation.requestBody).content : {};
  if (content["multipart/form-data"]) {
    const schema = resolved(content["multipart/form-data"].schema);
    Object.entries(schema?.properties ?? {}).filter(([name, field]) => field.format === "binary" || schema.required?.includes(name)).forEach(([name, field]) => lines.push(`  -F ${name}=${field.format === "binary" ? "@photo.jpg" : "TEXT"}`));
  } else if (content["application/json"]) {
    lines.push("  -H 'content-type: application/json'", `  -d '${JSON.stringify(sample(content["application/json"].schema))}'`);
  }
  return lines.join(" \\\n");
}

/** The least that a schema asks for. */
function sample(node, depth = 0) {
  const schema = resolved(node) ?? {};
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  if (schema.oneOf) return sample(schema.oneOf[0], depth);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((each) => sample(each, depth)));
  const type = [schema.type].flat()[0];
  if (type === "object" || schema.properties) {
    const names = schema.required ?? Object.keys(schema.properties ?? {}).slice(0, 1);
    return depth > 3 ? {} : Object.fromEntries(names.map((name) => [name, sample(schema.properties?.[name], depth + 1)]));
  }
  if (type === "array") return Array.from({ length: schema.minItems ?? 1 }, (_, place) => (resolved(schema.items)?.type === "integer" ? place + 1 : sample(schema.items, depth + 1)));
  if (type === "integer" || type === "number") return schema.minimum ?? 1;
  if (type === "boolean") return true;
  return "TEXT";
}

start();
