// What is open over a view, a dialog or a photo, is a step of the browser's history: Back closes it and nothing else.
// A step that was left in another way is taken back, so that Back never seems to do nothing.

/** What is open, the lowest first. */
const layers = [];
/** Steps of ours through the history, one after the other. */
let settled = Promise.resolve();
let arrived = null;
// A browser that goes nowhere, as at the end of a history that was cut, is not waited for longer.
const longest = 800;

/** How many layers the present step of the history stands for. */
const depth = () => history.state?.layer ?? 0;

function travel(steps) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => arrived?.(), longest);
    arrived = () => { arrived = null; clearTimeout(timer); resolve(); };
    history.go(steps);
  });
}

/** Brings the history in step with what is open. */
function reconcile() {
  settled = settled.then(async () => {
    const over = depth() - layers.length;
    if (over > 0) await travel(-over);
    for (let place = depth(); place < layers.length; place += 1) history.pushState({ ...history.state, layer: place + 1 }, "");
  });
}

window.addEventListener("popstate", (event) => {
  if (arrived) { arrived(); return; }
  const wanted = event.state?.layer ?? 0;
  while (layers.length > wanted) layers.pop().close();
  // Forward, to what is closed for good.
  if (wanted > layers.length) reconcile();
});

/**
 * Something opens over the view.
 * @param close closes it, when the user goes back.
 * @returns what is to be called when it was closed otherwise.
 */
export function openLayer(close) {
  const layer = { close };
  layers.push(layer);
  reconcile();
  return () => {
    const place = layers.indexOf(layer);
    if (place < 0) return;
    // What opened meanwhile in its stead stays.
    layers.splice(place, 1);
    reconcile();
  };
}

export function closeLayers() {
  layers.splice(0).reverse().forEach((layer) => layer.close());
  reconcile();
}

/** Goes to a view from whatever is open. */
export async function goTo(address) {
  closeLayers();
  await settled;
  location.hash = address;
}

// Open when the page was loaded again: nothing of it is left.
reconcile();
