// Long work on the server, watched by its events.

import { post, remove, url } from "./api.js";
import { button, h } from "./dom.js";
import { duration, t } from "./i18n.js";

/** Begins a job; `onProgress` is called with it again and again. Resolves with the job when it ended. */
export async function runJob(query, onProgress, signal) {
  const job = await post("/jobs", query);
  onProgress(job);
  return watched(job, onProgress, signal);
}

function watched(job, onProgress, signal) {
  return new Promise((resolve, reject) => {
    const source = new EventSource(url.jobEvents(job.job));
    let last = job;
    const read = (event) => { last = JSON.parse(event.data); onProgress(last); };
    source.addEventListener("progress", read);
    source.addEventListener("end", (event) => { read(event); source.close(); resolve(last); });
    // The browser connects again by itself unless the server refused.
    source.addEventListener("error", () => { if (source.readyState === EventSource.CLOSED) resolve(last); });
    signal?.addEventListener("abort", () => { source.close(); reject(signal.reason); }, { once: true });
  });
}

/** How long is left by how fast it went, in seconds; null while that cannot be told. */
function estimate() {
  let first = null;
  return ({ done, total }) => {
    const now = performance.now();
    // What goes on may be another part of the work, which counts anew.
    if (!first || done < first.done || total !== first.total) first = { done, total, time: now };
    const seconds = (now - first.time) / 1000;
    if (seconds < 1 || done <= first.done) return null;
    return (seconds * (total - done)) / (done - first.done);
  };
}

/** A bar for a job, with how long it will take, and a button that stops it. */
export function jobProgress(title) {
  let current = null;
  const left = estimate();
  const bar = h("progress", { max: "1", "aria-label": title });
  const count = h("span", { class: "soft", dataset: { testid: "job-count" } });
  const stop = button({ text: t("job.stop"), onclick: async () => { if (current) { stop.disabled = true; await remove(`/jobs/${current.job}`).catch(() => {}); } } });
  const element = h("div", { class: "job", "data-testid": "job" }, h("p", {}, h("span", { class: "spinner" }), title), bar, h("div", { class: "row" }, count, stop));
  return {
    element,
    show(job) {
      current = job;
      if (job.total > 0) {
        bar.value = job.done / job.total;
        const seconds = left(job);
        count.textContent = [t("job.count", { done: job.done, total: job.total }), seconds !== null && t("job.left", { time: duration(seconds) })].filter(Boolean).join(" · ");
      } else {
        bar.removeAttribute("value");
        count.textContent = job.state === "queued" ? t("job.queued") : t("job.begins");
      }
    },
  };
}
