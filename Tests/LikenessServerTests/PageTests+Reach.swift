import Foundation
import TestSupport
import Testing

/// The page for those who have no pointer, a small screen, a dark room, or another language.
extension PageTests {
  /// The views by their routes; the person of the first number is there in every gallery of samples.
  private static let views: [(route: String, view: String)] = [
    ("people", "people"), ("people/1", "person"), ("photos", "photos"), ("verify", "verify"),
    ("compose", "compose"), ("map", "map"), ("add", "add"), ("about", "about"),
    ("review", "review"),
    ("search", "search"),
  ]

  @Test func theKeyboardIsEnough() throws {
    try ServedPage.open { page in
      let focused = "document.activeElement"
      // All that can be reached is there before it is counted.
      try page.wait(for: "[data-testid=starters] a")
      try page.browser.type(key: "Tab")
      #expect(try page.browser.text("\(focused).id") == "skip")
      #expect(try page.browser.isTrue("\(focused).getBoundingClientRect().top >= 0"))
      try page.browser.type(key: "Enter")
      #expect(try page.browser.text("\(focused).id") == "main")
      try page.tab(atMost: 1, until: "\(focused).textContent === 'Choose a photo'")
      try page.tab(atMost: 1, until: "\(focused).dataset.testid === 'camera'")
      try page.browser.type(key: "Enter")
      try page.wait(for: "[data-testid=camera-dialog]")
      try page.browser.type(key: "Escape")
      try page.wait(for: "dialog", count: 0)
      try page.browser.wait(until: "\(focused).dataset.testid === 'camera'")
      // On to a face of the gallery, and to what is most like it.
      try page.tab(atMost: 4, until: "\(focused).closest('[data-testid=starters]') !== null")
      try page.browser.type(key: "Enter")
      try page.wait(for: "[data-testid=verdict][data-kind=known]")
      #expect(try page.text("[data-testid=verdict] h2").hasPrefix("Likely "))
      try page.browser.wait(until: "\(focused).id === 'view-title'")
    }
  }

  @Test func aPhoneIsWideEnough() throws {
    try ServedPage.open(width: 360, height: 740, isTouched: true, refused: ["/api/v1/map?"]) {
      page in
      let width = "document.documentElement.scrollWidth"
      for (route, view) in Self.views {
        if view != "search" { try page.show(route, as: view) }
        switch view {
        case "person":
          try page.press("[data-testid=person-face] .tile")
          try page.wait(for: "[data-testid=lightbox] .box")
          #expect(try page.browser.number("document.querySelector('dialog').scrollWidth") == 360)
          try page.browser.type(key: "Escape")
          try page.wait(for: "dialog", count: 0)
        case "verify": try compare("obama.jpg", "biden.jpg", page)
        case "search":
          // By the bar at the bottom.
          try page.press(".tabs [data-nav=search]")
          try page.wait(forView: "search")
          let file = Samples.photo("obama_partial_face2.jpg")
          try page.browser.choose([file], for: "[data-testid=search-file]")
          try page.wait(for: "[data-testid=verdict]")
        default: break
        }
        #expect(try page.browser.number(width) == 360, "\(view)")
      }
      try page.press("[data-testid=more-button]")
      try page.press("[data-testid=more] [data-nav=verify]")
      try page.wait(forView: "verify")
      try page.wait(for: "dialog", count: 0)
    }
  }

  @Test func lightAndDarkDiffer() throws {
    try ServedPage.open { page in
      /// How bright paper and ink are, up to 255.
      func brightness() throws -> [Double] {
        let values = try page.browser.value(
          "(() => { const style = getComputedStyle(document.body); "
            + "return [style.backgroundColor, style.color].map(colour => "
            + "Math.max(...colour.match(/[\\d.]+/g).slice(0, 3).map(Number))); })()")
        return try #require(values as? [NSNumber]).map(\.doubleValue)
      }
      func isDark() throws -> Bool {
        let (paper, ink) = (try brightness()[0], try brightness()[1])
        #expect(abs(paper - ink) > 150)
        return paper < ink
      }
      #expect(try !isDark())
      try page.browser.prefer(isDark: true)
      #expect(try isDark())
      // By choice against the device, which is remembered.
      try page.press(".side [data-testid=theme]")
      #expect(try !isDark())
      try page.browser.value("document.documentElement.dataset.ready = 'before'")
      try page.browser.call("Page.reload")
      try page.wait(forView: "search")
      #expect(try !isDark())
    }
  }

  @Test(arguments: ["ko", "ja"])
  func nothingIsLeftInEnglish(language: String) throws {
    try ServedPage.open(refused: ["/api/v1/map?", "/api/v1/photos"]) { page in
      try page.browser.value(
        "{ const s = document.querySelector('[data-testid=language]'); s.value = '\(language)'; "
          + "s.dispatchEvent(new Event('change')); }")
      try page.browser.wait(
        until: "document.documentElement.lang === '\(language)' && "
          + "document.querySelector('.menu [data-nav=search]').textContent !== 'Search'")
      try page.wait(forView: "search")
      for (route, view) in Self.views {
        try page.show(route, as: view)
        #expect(try page.browser.text(Self.untranslated) == "", "\(view)")
        switch view {
        case "verify": try compare("obama.jpg", "biden.jpg", page)
        case "search":
          let file = Samples.photo("obama_partial_face2.jpg")
          try page.browser.choose([file], for: "[data-testid=search-file]")
          // It is cut off by the frame, which the page says in its own words.
          try page.wait(for: "[data-testid=verdict] .doubt")
        case "add":
          try withUselessFiles { _, broken in
            try page.browser.choose([broken], for: "[data-testid=add-files]")
            try page.wait(for: ".notes li")
          }
        default: continue
        }
        #expect(try page.browser.text(Self.untranslated) == "", "\(view)")
      }
    }
  }

  /// Texts and labels on the page that are keys of texts, or English where the language says something else.
  private static let untranslated = """
    (async () => {
      const read = name => fetch(`/page/${name}.json`).then(answer => answer.json());
      const [english, own] = await Promise.all([read('en'), read(document.documentElement.lang)]);
      const forms = text => typeof text === 'string' ? [text] : Object.values(text);
      const foreign = new Set(Object.keys(english).filter(key => key.includes('.')));
      for (const [key, text] of Object.entries(english))
        for (const form of forms(text)) if (!forms(own[key] ?? '').includes(form)) foreign.add(form);
      const texts = [document.title];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const node = walker.currentNode;
        if (node.nodeType === Node.TEXT_NODE) texts.push(node.data);
        else for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
          texts.push(node.getAttribute(name) ?? '');
      }
      return texts.map(text => text.trim()).filter(text => foreign.has(text)).join(' | ');
    })()
    """
}
