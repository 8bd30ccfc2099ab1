import Faces

/// The parts of a report that are the same for every gallery; accuracy cards have its style.
///
/// They are also well-formed XML, so that tests can parse the whole page: no `<` and `&` in here.
package enum ReportTemplate {
  package static let style = """
    :root {
      --paper: #f6f5f2; --card: #ffffff; --ink: #1d1c1a; --soft: #6b6862; --line: #e4e1da;
      --track: #ebe8e1; --maybe: #b9b2a4; --same: #2f8f5b; --accent: #0f6b50; --poor: #a8431f;
      --glow: rgba(47, 143, 91, .28);
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #141513; --card: #1e201d; --ink: #eceae4; --soft: #a19d93; --line: #2e312c;
        --track: #31342f; --maybe: #6f6b61; --same: #4cc38a; --accent: #6fd6a6; --poor: #f09a76;
        --glow: rgba(76, 195, 138, .3);
      }
    }
    * { box-sizing: border-box; }
    html { scroll-padding-top: 5rem; -webkit-text-size-adjust: 100%; }
    body {
      margin: 0 auto; padding: 0 clamp(1rem, 4vw, 3rem) 4rem; max-width: 1440px;
      background: var(--paper); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
      font-variant-numeric: tabular-nums;
    }
    header { padding: clamp(2rem, 6vw, 4rem) 0 1rem; }
    h1, h2, h3, p, ul, ol, figure { margin: 0; padding: 0; }
    ul, ol { list-style: none; }
    h1, h3, .who, figcaption, .gone { overflow-wrap: anywhere; unicode-bidi: isolate; }
    h1 { font-size: clamp(2rem, 6vw, 3.25rem); line-height: 1.1; letter-spacing: -.03em; }
    h2 { font-size: 1.35rem; letter-spacing: -.015em; }
    .kicker { color: var(--accent); font-weight: 600; margin-bottom: .35rem; }
    .figures { display: flex; flex-wrap: wrap; gap: .4rem 1.75rem; margin: 1.1rem 0; }
    .figures li { color: var(--soft); }
    .figures b { color: var(--ink); font-size: 1.6rem; letter-spacing: -.02em; }
    .rule + .rule { margin-top: .3rem; }
    .rule { color: var(--soft); max-width: 68ch; }
    .rule b { color: var(--ink); }
    section { margin-top: 1.5rem; }
    section + section { margin-top: 3.5rem; }
    .bar {
      position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; align-items: center;
      gap: .6rem 1.5rem; padding: .8rem 0; background: var(--paper);
    }
    .tools { display: none; flex: 1; gap: .6rem; justify-content: flex-end; }
    .js .tools { display: flex; }
    .tools input, .tools select {
      font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line);
      border-radius: 9px; padding: .4rem .7rem; min-width: 0;
    }
    .tools input { flex: 0 1 17rem; }
    .omission, .none { color: var(--soft); padding: .25rem 0 1rem; }
    .cards {
      display: grid; gap: 1rem; align-items: start;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr));
    }
    .card {
      background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 1rem;
      content-visibility: auto; contain-intrinsic-size: auto 24rem;
    }
    .card[hidden] { display: none; }
    .card:target, figure:target .frame, .gone:target {
      border-color: var(--same); box-shadow: 0 0 0 4px var(--glow);
    }
    .top { display: flex; gap: 1rem; align-items: center; margin-bottom: .8rem; }
    .top div { min-width: 0; }
    .face {
      display: block; flex: none; background: var(--track) center / cover; border-radius: 50%;
      -webkit-print-color-adjust: exact; print-color-adjust: exact;
    }
    .top .face { width: 92px; height: 92px; border-radius: 14px; }
    h3 { font-size: 1.1rem; line-height: 1.25; letter-spacing: -.01em; }
    .file, .quality { color: var(--soft); font-size: .85rem; overflow-wrap: anywhere; }
    .remarks { display: flex; flex-wrap: wrap; gap: .25rem; margin-top: .35rem; }
    .remarks li {
      font-size: .76rem; padding: .05rem .5rem; border-radius: 99px; background: var(--track);
    }
    .remarks .poor { color: var(--poor); font-weight: 600; }
    .alone { color: var(--soft); }
    .near { border-top: 1px solid var(--line); padding-top: .5rem; }
    .near a {
      display: grid; align-items: center; gap: .6rem; padding: .22rem .35rem; margin: 0 -.35rem;
      grid-template-columns: 32px minmax(0, 1fr) auto 3rem 4.2rem;
      border-radius: 9px; color: inherit; text-decoration: none; font-size: .88rem;
    }
    .near a:hover, .near a:focus-visible { background: var(--track); }
    .near .face { width: 32px; height: 32px; }
    .who { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .far, .chance { color: var(--soft); text-align: right; white-space: nowrap; }
    .meter { height: 6px; border-radius: 3px; background: var(--track); overflow: hidden; }
    .near a:hover .meter { background: var(--line); }
    .meter i { display: block; height: 100%; border-radius: 3px; background: var(--maybe); }
    .same .meter i { background: var(--same); }
    .same .chance { color: var(--same); font-weight: 600; }
    .guess .face, .guess .meter { opacity: .5; }
    .guess .who, .guess .far, .guess .chance { color: var(--soft); }
    .photos { display: flex; flex-wrap: wrap; gap: 1.5rem 1rem; margin-top: 1rem; }
    /* Rows of one height: each photo grows as its width does, --r being width over height. */
    figure {
      flex: var(--r) 1 calc(var(--r) * 19rem); min-width: min(100%, 9rem);
      max-width: min(100%, calc(var(--r) * 26rem));
    }
    .frame {
      position: relative; overflow: hidden; border-radius: 14px; background: var(--track);
      aspect-ratio: var(--r);
    }
    .frame img, .frame svg { position: absolute; inset: 0; width: 100%; height: 100%; }
    .frame rect { fill: transparent; stroke: #fff; stroke-width: 2; opacity: .85; }
    .frame text {
      fill: #fff; font-size: 14px; font-weight: 600; opacity: 0; pointer-events: none;
      paint-order: stroke; stroke: rgba(0, 0, 0, .75); stroke-width: 4px; stroke-linejoin: round;
    }
    .frame a:hover rect, .frame a:focus rect { stroke: #58dd9d; stroke-width: 3; opacity: 1; }
    .frame a:hover text, .frame a:focus text { opacity: 1; }
    figcaption { color: var(--soft); font-size: .85rem; margin-top: .45rem; }
    figcaption b { color: var(--ink); }
    .gone {
      flex: 1 1 100%; border: 1px dashed var(--maybe); border-radius: 14px; padding: .8rem 1rem; color: var(--soft);
    }
    a:focus-visible { outline: 2px solid var(--same); outline-offset: 2px; }
    @media (max-width: 32rem) {
      html { scroll-padding-top: 8rem; }
      .tools { flex-basis: 100%; }
      .tools input, .tools select { flex: 1 1 0; width: 0; }
      .near a { grid-template-columns: 32px minmax(0, 1fr) auto 1.6rem 4.2rem; }
    }
    @media print { .tools, .js .tools { display: none; } .bar { position: static; } }
    """

  static let tools = """
    <div class="tools">
    <input id="filter" type="search" placeholder="Filter by name" aria-label="Filter by name" />
    <select id="sort" aria-label="Sort by">
    <option value="order">as added</option>
    <option value="name">by name</option>
    <option value="nearest">most alike first</option>
    <option value="quality">best quality first</option>
    </select>
    </div>
    """

  static let script = """
    document.documentElement.classList.add("js");
    (function () {
      var grid = document.getElementById("cards");
      var filter = document.getElementById("filter");
      var sort = document.getElementById("sort");
      var none = document.getElementById("none");
      var cards = Array.from(grid.children);
      function folded(text) {
        return text.normalize("NFD").replace(/[\\u0300-\\u036f]/g, "").replace(/_/g, " ")
          .toLowerCase();
      }
      cards.forEach(function (card) { card.folded = folded(card.dataset.name); });
      function show() {
        var wanted = folded(filter.value.trim());
        var shown = cards.filter(function (card) {
          card.hidden = !card.folded.includes(wanted);
          return !card.hidden;
        });
        none.hidden = shown.length > 0;
      }
      filter.addEventListener("input", show);
      sort.addEventListener("change", function () {
        var key = sort.value;
        var sign = key === "quality" ? -1 : 1;
        var text = new Intl.Collator(undefined, { numeric: true });
        cards.slice().sort(function (a, b) {
          var first = key === "name" ? text.compare(a.dataset.name, b.dataset.name)
            : a.dataset[key] === b.dataset[key] ? 0 : sign * (a.dataset[key] - b.dataset[key]);
          return first || a.dataset.order - b.dataset.order;
        }).forEach(function (card) { grid.appendChild(card); });
      });
      // A link to a card that the filter hides would lead nowhere.
      document.addEventListener("click", function (event) {
        var link = event.target.closest("a[href^='#face-']");
        var card = link ? document.getElementById(link.getAttribute("href").slice(1)) : null;
        if (card ? card.hidden : false) { filter.value = ""; show(); }
      });
      show();
    })();
    """
}
