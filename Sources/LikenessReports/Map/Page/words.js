// The page's own words, in the reader's language: the one that the address names, or the browser's.

const texts = JSON.parse(document.getElementById("texts").textContent);
/** What stands behind the address's #: whoever shows the page in theirs says `language` and `theme`. */
const wished = () => new URLSearchParams(location.hash.slice(1));
const language = [wished().get("language"), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())]
  .find((tag) => Object.hasOwn(texts, tag ?? "")) ?? "en";
const forms = new Intl.PluralRules(language);

const inFigures = (number) => number.toLocaleString(language);

/** The text of a key, with `{name}` filled in from `values`; `values.n` decides between one and many. */
function t(key, values = {}) {
  let text = texts[language][key] ?? key;
  if (typeof text === "object") text = text[forms.select(values.n)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => {
    const part = values[name];
    return typeof part === "number" ? inFigures(part) : part;
  });
}

/** How the map was made is told by the gallery, in English; what is not known here stays as it is. */
const fact = (text) => texts[language]["fact." + text] ?? text;

/** As it is said among others: "t-SNE", "perplexity 30", "KL divergence 1.2". */
function phrase([title, text]) {
  if (title === "Method") return text;
  const name = fact(title);
  return (/^[A-Z]{2}/.test(name) ? name : name.slice(0, 1).toLowerCase() + name.slice(1)) + " " + fact(text);
}

/** What colours are given by: a person and a name have words of the page, labels the user's. */
const groupingTitle = (grouping) => ["person", "name"].includes(grouping.key) ? t(grouping.key) : grouping.title;

// What stands in the page already: `data-text` for what it says, `data-title` for what is told of it, with its key.
document.documentElement.lang = language;
for (const element of document.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);
for (const element of document.querySelectorAll("[data-title]")) {
  const text = t(element.dataset.title);
  element.setAttribute("aria-label", text);
  if (element.matches("button")) element.title = text + (element.dataset.key ? " (" + element.dataset.key + ")" : "");
  if (element.matches("input")) element.placeholder = text;
}
