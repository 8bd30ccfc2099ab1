// Every request to the server: the session and its token, waiting while it is busy, and errors that carry the server's code.

import { t } from "./i18n.js";

const root = "/api/v1";
// What takes longer than this many seconds (a full disk, say) is told rather than waited for.
const longestWait = 10;
let session = { rights: null, csrf: null, keysNeeded: false };
let onSignedOut = () => {};

export class ApiError extends Error {
  constructor(status, code, message, request) {
    super(message);
    Object.assign(this, { status, code, request });
  }
}

export const rights = () => session.rights;
export const keysNeeded = () => session.keysNeeded;
export const canWrite = () => session.rights === "write" || session.rights === "admin";
export const isAdmin = () => session.rights === "admin";
export const whenSignedOut = (action) => { onSignedOut = action; };

export async function openSession() {
  session = await get("/session");
  return session;
}

export async function signIn(key) {
  session = await send("POST", "/session", { json: { key } });
  return session;
}

export async function signOut() {
  session = await send("DELETE", "/session");
  return session;
}

const pause = (seconds, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, seconds * 1000);
  signal?.addEventListener("abort", () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
});

async function failure(response) {
  const body = await response.json().catch(() => null);
  const error = body?.error;
  return new ApiError(response.status, error?.code ?? `http_${response.status}`, error?.message ?? response.statusText, error?.request);
}

/** `patience` is how often a busy server is asked again. */
async function fetched(method, path, { json, form, signal, patience = 4 } = {}) {
  const headers = {};
  if (json !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET" && session.csrf) headers["X-CSRF-Token"] = session.csrf;
  const body = json !== undefined ? JSON.stringify(json) : form;
  for (let attempt = 0; ; attempt += 1) {
    let response;
    try {
      response = await fetch(root + path, { method, headers, body, signal, credentials: "same-origin" });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiError(0, "offline", t("error.offline"));
    }
    if (response.ok) return response;
    const isBusy = response.status === 503 || response.status === 429;
    const wait = Number(response.headers.get("Retry-After")) || 2 ** attempt;
    if (isBusy && attempt < patience && wait <= longestWait) {
      await pause(wait, signal);
      continue;
    }
    const error = await failure(response);
    if (response.status === 401 && path !== "/session") onSignedOut();
    throw error;
  }
}

async function send(method, path, options) {
  const response = await fetched(method, path, options);
  return response.json();
}

export const get = (path, options) => send("GET", path, options);
export const post = (path, json, options) => send("POST", path, { json, ...options });
export const patch = (path, json) => send("PATCH", path, { json });
export const remove = (path) => send("DELETE", path);

export function upload(path, fields, options) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined && value !== null) form.append(name, value);
  return send("POST", path, { form, ...options });
}

/** Whether there is something at a path, without reading it: a map of many faces is long. */
export async function exists(path, missing, options) {
  try {
    const response = await fetched("GET", path, options);
    await response.body?.cancel();
    return true;
  } catch (error) {
    if (error.code === missing) return false;
    throw error;
  }
}

/** A path with a query, without what is not given. */
export function query(path, values) {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return pairs.length ? `${path}?${new URLSearchParams(pairs)}` : path;
}

let coverings = 0;

/** Faces were covered in photos: what a document has shown of them already is not to be shown again from memory. */
export function picturesChanged() { coverings += 1; }

const current = (path) => (coverings ? `${path}${path.includes("?") ? "&" : "?"}covered=${coverings}` : path);

export const url = {
  face: (face) => current(`${root}/faces/${face}/thumbnail`),
  photoThumbnail: (photo) => current(`${root}/photos/${photo}/thumbnail`),
  archive: (photos) => `${root}/photos/archive?photos=${photos.join(",")}`,
  sidecar: (photo) => `${root}/photos/${photo}/sidecar`,
  photo: (photo, side = 1600) => current(`${root}/photos/${photo}/image?side=${side}`),
  mapPage: (method, dimensions, look) => `${root}/map/page?method=${method}&dimensions=${dimensions}#${new URLSearchParams(look)}`,
  jobEvents: (job) => `${root}/jobs/${job}/events`,
};
