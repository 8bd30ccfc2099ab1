import Foundation
import TestSupport
import Testing

/// Going back and forth, typing, and what people do with many photos, keys and the map.
extension PageTests {
  private static let focused = "document.activeElement"

  private func back(_ page: ServedPage, to state: String) throws {
    try page.browser.value("history.back()")
    try page.browser.wait(until: state)
  }

  /// A closed dialog is not seen, and leaves the document a little later.
  private func expectNothingOpen(_ page: ServedPage) throws {
    let open = try page.texts("dialog[open]")
    #expect(open == "")
  }

  @Test func backClosesWhatIsOpenAndNothingElse() throws {
    try ServedPage.open { page in
      let dialogs = "document.querySelectorAll('dialog').length"
      try page.show("people")
      try page.show("photos")
      try page.press("[data-testid=photo] button[title=\"biden.jpg\"]")
      try page.press("[data-testid=delete-photo]")
      try page.wait(for: "dialog", count: 2)
      try page.browser.wait(until: "history.state?.layer === 2")
      try back(page, to: "\(dialogs) === 1")
      #expect(try page.count("[data-testid=lightbox]") == 1)
      try back(page, to: "\(dialogs) === 0")
      #expect(try page.browser.text("location.hash") == "#/photos")
      // The focus is where it was.
      try page.browser.wait(until: "\(Self.focused).title === 'biden.jpg'")
      try back(page, to: "document.documentElement.dataset.ready === 'people'")
      try page.browser.value("history.forward()")
      try page.wait(forView: "photos")
      try expectNothingOpen(page)

      // What was closed in another way is no step of the history any more.
      try page.press("[data-testid=photo] button[title=\"biden.jpg\"]")
      try page.browser.wait(until: "history.state?.layer === 1")
      try page.browser.type(key: "Escape")
      try page.browser.wait(until: "history.state?.layer === undefined")
      // Nor does a link in it lead over it.
      try page.press("[data-testid=photo] button[title=\"biden.jpg\"]")
      try page.press("[data-testid=face-details] h3 a")
      try page.wait(forView: "person")
      try expectNothingOpen(page)
      try back(page, to: "document.documentElement.dataset.ready === 'photos'")
      try expectNothingOpen(page)
    }
  }

  @Test func typingGoesWhereADialogAsks() throws {
    try ServedPage.open { page in
      try page.show("people/\(try page.person(ofFaces: 6))", as: "person")
      try page.press("[data-testid=rename]")
      try page.browser.wait(until: "\(Self.focused).dataset.testid === 'name-input'")
      try page.browser.type(key: "Escape")
      try page.wait(for: "dialog", count: 0)
      try page.browser.wait(until: "\(Self.focused).dataset.testid === 'rename'")
      try page.browser.type(key: "Enter")
      try page.browser.wait(until: "\(Self.focused).dataset.testid === 'name-input'")
      try page.browser.type(text: "Barack")
      try page.browser.type(key: "Enter")
      try page.wait(for: "h1", saying: "Barack")
      // The view was drawn anew, and the focus is where it was nevertheless.
      try page.browser.wait(until: "\(Self.focused).dataset.testid === 'rename'")
      try page.press("[data-testid=remove-person]")
      try page.browser.wait(until: "\(Self.focused).dataset.testid === 'confirm'")
      try page.browser.type(key: "Escape")
      try page.wait(for: "dialog", count: 0)
      try page.press("[data-testid=remove-person]")
      try page.browser.wait(until: "\(Self.focused).dataset.testid === 'confirm'")
      try page.browser.type(key: "Enter")
      try page.wait(for: "[data-testid=receipt]")
      try page.browser.type(key: "Enter")
      try page.wait(forView: "people")
      #expect(try page.count("[data-testid=person]") == 1)
    }
  }

  @Test func theOtherPersonIsOfferedNearestFirst() throws {
    try ServedPage.open { page in
      let obama = try page.person(ofFaces: 6)
      let biden = try page.person(ofFaces: 1)
      let items = try page.ask("GET", "/people/\(obama)")["items"] as? [[String: Any]]
      let face = try #require(items?.last?["face"] as? Int)
      let split = try page.ask("POST", "/people/\(obama)/split", "{ faces: [\(face)] }")
      let twin = try #require(split["person"] as? Int)
      // By number or by the count of faces, Biden would come first.
      #expect(twin > biden)
      try page.show("people/\(obama)", as: "person")
      try page.press("[data-testid=merge-with]")
      try page.wait(for: "[data-testid=merge-dialog] [role=option]", count: 2)
      #expect(try page.browser.text("\(Self.focused).dataset.testid") == "person-picker")
      let offered =
        "[...document.querySelectorAll('[role=option]')].map(e => e.dataset.person).join()"
      #expect(try page.browser.text(offered) == "\(twin),\(biden)")
      try page.browser.type(text: "bid")
      try page.wait(for: "[role=option]", count: 1)
      #expect(try page.browser.text(offered) == "\(biden)")
      try page.browser.type(key: "Enter")
      try page.browser.wait(until: "\(Self.focused).dataset.testid === 'merge-yes'")
      try page.browser.type(key: "Enter")
      try page.wait(for: "[data-testid=person-face]", count: 6)
      try page.wait(for: "dialog", count: 0)
    }
  }

  @Test func photosAreSearchedSortedFilteredAndDownloaded() throws {
    try ServedPage.open { page in
      let titles =
        "[...document.querySelectorAll('[data-testid=photo] button')].map(e => e.title).join()"
      func choose(_ value: String, in name: String) throws {
        try page.browser.value(
          "{ const s = document.querySelector('[data-testid=photos-\(name)]'); "
            + "s.value = '\(value)'; s.dispatchEvent(new Event('change')); }")
      }
      try page.show("photos")
      try choose("name", in: "sort")
      try page.browser.wait(until: "\(titles).startsWith('32bit.png,biden.jpg,obama')")
      try page.press("[data-testid=photos-search]")
      try page.browser.type(text: "BIDEN")
      try page.browser.wait(until: "\(titles) === 'biden.jpg'")
      try choose("doubtful", in: "show")
      try page.press("[data-testid=photos-reset]")
      try page.wait(for: "[data-testid=photo]", count: 7)
      // What was chosen is still there after a look elsewhere.
      try page.show("people")
      try page.show("photos")
      #expect(try page.browser.isTrue("\(titles).startsWith('32bit.png')"))

      try page.browser.value(
        "addEventListener('click', (event) => { if (event.target.dataset.testid === 'archive') "
          + "{ event.preventDefault(); window.saved = event.target.href; } }, true)")
      try page.press("[data-testid=select]")
      #expect(try page.browser.isTrue("document.querySelector('[data-testid=download]').disabled"))
      for place in [1, 2] { try page.press("[data-testid=photo]:nth-child(\(place)) button") }
      #expect(try page.count("[data-testid=lightbox]") == 0)
      try page.press("[data-testid=download]")
      let numbers = try "\(page.photo("32bit.png")),\(page.photo("biden.jpg"))"
      #expect(
        try page.browser.text("window.saved ?? ''").hasSuffix("archive?photos=\(numbers)"))
      let size = try page.browser.number("fetch(saved).then(a => a.blob()).then(b => b.size)")
      #expect(size > 10_000)
    }
  }

  @Test func aWayBackLeadsWhereOneWas() throws {
    try ServedPage.open(width: 400, height: 400) { page in
      try page.show("photos")
      try page.wait(for: "[data-testid=photo]", count: 7)
      try page.browser.value("window.scrollTo({ top: 120, behavior: 'instant' })")
      #expect(try page.browser.number("scrollY") == 120)
      try page.show("about")
      #expect(try page.browser.number("scrollY") == 0)
      try back(page, to: "document.documentElement.dataset.ready === 'photos' && scrollY === 120")
    }
  }

  @Test func theMapFillsTheViewAndIsSharp() throws {
    try ServedPage.open(width: 1280, height: 800, refused: ["/api/v1/map?"]) { page in
      try page.browser.call(
        "Emulation.setDeviceMetricsOverride",
        ["width": 1280, "height": 800, "deviceScaleFactor": 3, "mobile": false])
      try page.browser.value(
        "window.seen = new Set(); new MutationObserver(() => { "
          + "for (const name of ['job', 'map-busy']) "
          + "if (document.querySelector(`[data-testid=${name}]`)) seen.add(name); })"
          + ".observe(document.body, { childList: true, subtree: true })")
      try page.show("map")
      let frame = "document.querySelector('[data-testid=map-frame]')"
      try page.browser.wait(until: "\(frame)?.contentWindow.likenessMap?.count === 7")
      // That it is being made, and then drawn, was told.
      #expect(try page.browser.text("[...seen].join()") == "job,map-busy")
      try page.wait(for: "[data-testid=map-busy]", count: 0)
      #expect(try page.browser.number("\(frame).clientHeight") > 600)
      #expect(try page.browser.number("\(frame).clientWidth") > 1000)
      #expect(
        try page.browser.isTrue("document.documentElement.scrollHeight <= window.innerHeight"))
      let labels = "\(frame).contentDocument.getElementById('labels')"
      #expect(
        try page.browser.number("\(labels).width / \(frame).contentWindow.innerWidth") == 3)
      // Names are there with the first picture.
      try page.browser.wait(
        until: "\(labels).getContext('2d').getImageData(0, 0, \(labels).width, \(labels).height)"
          + ".data.some((value) => value > 0)")
      // What is in it has most of the width or, where the faces lie above each other, of the height, of which the tools have some.
      let spread =
        "(() => { const map = \(frame).contentWindow.likenessMap; "
        + "const axes = ['x', 'y'].map(axis => { const all = [0, 1, 2, 3, 4, 5, 6]"
        + ".map(face => map.position(face)[axis]); return Math.max(...all) - Math.min(...all); }); "
        + "return Math.max(axes[0] / \(frame).clientWidth / 0.7, axes[1] / \(frame).clientHeight / 0.6); })()"
      try page.browser.wait(until: "\(spread) > 1")
    }
  }

  @Test func keysAreMadeAndRevokedOnThePage() throws {
    try ServedPage.open(refused: ["/api/v1/info"]) { page in
      try page.show("about")
      try page.press("[data-testid=key-new]")
      try page.browser.wait(until: "\(Self.focused).dataset.testid === 'key-name'")
      try page.browser.type(text: "owner")
      try page.browser.type(key: "Enter")
      try page.wait(for: "[data-testid=key-secret]")
      let secret = try page.browser.text(
        "document.querySelector('[data-testid=key-secret]').value")
      #expect(UUID(uuidString: secret) != nil)
      // This browser is signed in with the first key, which is one that may do everything.
      try page.browser.type(key: "Escape")
      try page.wait(for: "[data-testid=key][data-key=owner]", count: 1)
      let session = try page.ask("GET", "/session")
      #expect(session["rights"] as? String == "admin" && session["keysNeeded"] as? Bool == true)
      // Somebody without a key is refused, and counted.
      try page.browser.value(
        "fetch('/api/v1/info', { credentials: 'omit' }).then(answer => answer.status)")
      try page.show("people")
      try page.show("about")
      try page.wait(for: "[data-testid=refusal]", count: 1)
      #expect(try Int(page.text("[data-testid=refusal] td:nth-child(3)")) ?? 0 >= 1)
      #expect(try page.browser.isTrue("!document.body.textContent.includes('\(secret)')"))

      try page.press("[data-testid=key-revoke]")
      try page.browser.wait(until: "\(Self.focused).dataset.testid === 'confirm'")
      try page.browser.type(key: "Enter")
      try page.wait(for: "[data-testid=key]", count: 0)
      try page.browser.wait(
        until: "fetch('/api/v1/session').then(a => a.json()).then(s => !s.keysNeeded)")
    }
  }

  @Test func theAPIIsShown() throws {
    try ServedPage.open { page in
      try page.show("about")
      try page.press("[data-testid=docs]")
      try page.wait(forView: "docs")
      let operations = try OpenAPIDocument().operations
      #expect(try page.count("[data-testid=operation]") == operations.count)
      let shown = "[data-testid=operation]:not([hidden])"
      try page.press("[data-testid=docs-search]")
      try page.browser.type(text: "delete keys")
      try page.wait(for: shown, count: 1)
      #expect(try page.text("\(shown) h3").hasPrefix("DELETE/api/v1/keys/{key}"))
      #expect(
        try page.text("\(shown) pre").contains("curl -X DELETE 'http://127.0.0.1:"))
    }
  }

  @Test func theStartPageShowsEverybody() throws {
    try ServedPage.open { page in
      try page.nameObama()
      try page.browser.value("delete document.documentElement.dataset.ready")
      try page.browser.call("Page.reload")
      try page.wait(forView: "search")
      // Seven photos of two people.
      try page.wait(for: "[data-testid=starter]", count: 2)
      #expect(try page.texts("[data-testid=starter] .starter-name") == "Barack Obama,biden")
      #expect(
        try page.browser.isTrue(
          "[...document.querySelectorAll('[data-testid=starter] img')]"
            + ".every(e => e.loading === 'lazy')"))
      #expect(
        try page.browser.number(
          "document.querySelector('[data-testid=starters] ul').clientWidth") > 700)
    }
  }
}
