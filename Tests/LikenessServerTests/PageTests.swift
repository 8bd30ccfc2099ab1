import Foundation
import TestSupport
import Testing

/// The page as people use it: a real browser over a real server, each test over a gallery of its own.
@Suite(.serialized) struct PageTests {
  /// Gives the work a photo without a face and a file that only claims to be a photo.
  func withUselessFiles(_ work: (_ faceless: URL, _ broken: URL) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let faceless = folder.appendingPathComponent("scene.png")
      try TestImage.scene(width: 300, height: 200).encoded(".png").write(to: faceless)
      let broken = folder.appendingPathComponent("broken.jpg")
      try Data("no photo at all".utf8).write(to: broken)
      try work(faceless, broken)
    }
  }

  /// Chooses two photos to compare, and waits for the verdict.
  func compare(_ a: String, _ b: String, _ page: ServedPage) throws {
    try page.browser.choose([Samples.photo(a)], for: "[data-testid=verify-a]")
    try page.browser.choose([Samples.photo(b)], for: "[data-testid=verify-b]")
    try page.wait(for: "[data-testid=verify-verdict]")
  }

  @Test func aPhotoIsSearched() throws {
    // A face that is deleted here may still be asked for by the page that shows all.
    try ServedPage.open(refused: ["/api/v1/search", "/api/v1/faces/"]) { page in
      try page.nameObama()
      // So that it is not found by itself.
      try page.ask("DELETE", "/photos/\(try page.photo("obama3.jpg"))")
      try page.browser.drop([Samples.photo("obama3.jpg")], on: "main")
      try page.wait(for: "[data-testid=verdict] h2", saying: "Likely Barack Obama")
      #expect(try page.texts("[data-testid=match] .name") == "Barack Obama,biden")
      #expect(try page.texts("[data-testid=match] .figures b") == "over 99%,under 1%")
      #expect(try page.count("[data-testid=box]") == 1)
      // The server's own sentence stands under the details only.
      #expect(try page.text("details.why [data-testid=reason]").contains("cosine distance 0."))
      #expect(try !page.browser.isTrue("document.querySelector('details.why').open"))

      try page.browser.choose([Samples.photo("biden.jpg")], for: "[data-testid=search-file]")
      try page.wait(for: "[data-testid=verdict] h2", saying: "Likely biden")
      try withUselessFiles { faceless, broken in
        try page.browser.choose([faceless], for: "[data-testid=search-file]")
        try page.wait(for: "[data-testid=empty] h2", saying: "No face found")
        try page.browser.choose([broken], for: "[data-testid=search-file]")
        try page.wait(for: "[data-testid=failure]")
        #expect(try page.text("[data-testid=failure] p").hasPrefix("This is not a photo."))
      }
    }
  }

  /// A find that is likely no face is marked on its photo, until the user says that it is one.
  @Test func aDoubtfulFaceIsMarkedAndConfirmed() throws {
    try ServedPage.open(preparing: Self.addFlower) { page in
      try page.show("photos")
      let photo = try page.photo("flower.jpg")
      #expect(try page.count("[data-testid=photo]") == 8)
      // The newest first.
      try page.press("[data-testid=photo]:first-child button")
      try page.wait(for: "[data-testid=lightbox] .box.doubtful", count: 1)
      #expect(try page.text("[data-testid=box]") == "Doubtful")
      let mark = "getComputedStyle(document.querySelector('.box.doubtful'), '::after').content"
      #expect(try page.browser.text(mark) == "\"?\"")
      try page.press("[data-testid=confirm-face]")
      try page.wait(for: "[data-testid=lightbox] .box.unknown", count: 1)
      #expect(try page.count("[data-testid=doubtful]") == 0)
      let items = try page.ask("GET", "/photos/\(photo)")["items"] as? [[String: Any]]
      #expect(items?.map { $0["doubtful"] as? Bool } == [false])
    }
  }

  @Test func peopleAreNamedMergedAndUnmerged() throws {
    try ServedPage.open { page in
      let names = "[data-testid=person] a.name"
      try page.show("people")
      #expect(try page.count("[data-testid=person]") == 2)
      #expect(try page.texts(names) == "biden")
      try page.press("[data-testid=who]")
      try page.browser.type(text: "Barack")
      try page.browser.type(key: "Enter")
      try page.wait(for: names, count: 2)
      #expect(try page.texts(names) == "Barack,biden")
      try page.press(".toast.acting button")
      try page.wait(for: "[data-testid=who]")
      #expect(try page.texts(names) == "biden")

      try page.press("[data-testid=select]")
      for place in 1...2 { try page.press("[data-testid=person]:nth-child(\(place)) .cover") }
      try page.press("[data-testid=merge]")
      try page.press("[data-testid=confirm]")
      try page.wait(for: "[data-testid=person]", count: 1)
      #expect(try page.texts(names) == "biden")
      #expect(try page.text("[data-testid=person] p") == "7 photos")
      try page.press("[data-testid=history]")
      try page.press("[data-testid=undo]")
      try page.wait(for: "[data-testid=person]", count: 2)
      #expect(try page.person(ofFaces: 1) != page.person(ofFaces: 6))
    }
  }

  @Test func aPersonIsExplained() throws {
    try ServedPage.open { page in
      try page.show("people/\(try page.person(ofFaces: 6))", as: "person")
      #expect(try page.count("[data-testid=person-face]") == 6)
      #expect(try page.text("h1") == "Without a name")
      // One face begins; a chain of links leads from each other face to it.
      try page.wait(for: "[data-testid=chain]", count: 5)
      #expect(try page.texts(".why-line") == "The links begin here")
      #expect(
        try page.browser.isTrue(
          "[...document.querySelectorAll('[data-testid=chain]')].every(e => "
            + "/ sure, by \\d+ links?$/.test(e.getAttribute('aria-label')) "
            + "&& e.querySelectorAll('.hop').length > 0)"))

      try page.press("[data-testid=person-face] .tile")
      try page.wait(for: "[data-testid=lightbox] .box")
      let title = try page.text("[data-testid=lightbox] h2")
      #expect(title.hasSuffix(".jpg") || title.hasSuffix(".png"))
      try page.browser.type(key: "ArrowRight")
      try page.browser.wait(
        until: "document.querySelector('[data-testid=lightbox] h2').textContent !== '\(title)'")
      try page.browser.type(key: "Escape")
      try page.wait(for: "dialog", count: 0)
      try page.press(".view-person .segments button:nth-child(2)")
      try page.wait(for: "#person-faces .picture.photo.loaded")

      try page.press("[data-testid=not-this]")
      try page.wait(for: "[data-testid=person-face]", count: 5)
      try page.press(".toast.acting button")
      try page.wait(for: "[data-testid=person-face]", count: 6)
    }
  }

  @Test func facesAreSplitOff() throws {
    try ServedPage.open { page in
      try page.show("people/\(try page.person(ofFaces: 6))", as: "person")
      try page.press("[data-testid=select]")
      for place in 1...2 { try page.press("[data-testid=person-face]:nth-child(\(place)) .tile") }
      try page.press("[data-testid=split]")
      try page.wait(for: "[data-testid=person-face]", count: 4)
      try page.show("people")
      #expect(try page.count("[data-testid=person]") == 3)
      // It can be taken back from another view, too.
      try page.press(".toast.acting button")
      try page.wait(for: "[data-testid=person]", count: 2)
    }
  }

  @Test func aPersonIsRemoved() throws {
    try ServedPage.open(refused: ["/api/v1/people/"]) { page in
      let biden = try page.person(ofFaces: 1)
      try page.show("people/\(biden)", as: "person")
      try page.press("[data-testid=remove-person]")
      #expect(try page.text("[data-testid=confirm-dialog] h2") == "Remove biden?")
      #expect(try page.count("[data-testid=confirm-tick]") == 1)
      try page.press("[data-testid=confirm]")
      try page.wait(for: "[data-testid=receipt]")
      // Photos, faces, small pictures, kept photo files.
      #expect(try page.texts("[data-testid=receipt] dd") == "1,1,1,0")
      #expect(
        try page.texts("[data-testid=receipt] p").contains("Nobody is called this any more: biden.")
      )
      try page.browser.type(key: "Escape")
      try page.wait(forView: "people")
      #expect(try page.count("[data-testid=person]") == 1)
      #expect(try page.ask("GET", "/photos")["total"] as? Int == 6)

      try page.show("people/\(biden)", as: "person")
      #expect(try page.text("[data-testid=failure] p") == "That person is no longer there.")
      try page.show("search")
      try page.browser.choose([Samples.photo("biden.jpg")], for: "[data-testid=search-file]")
      try page.wait(for: "[data-testid=verdict] h2", saying: "Probably nobody here")
    }
  }

  @Test func twoPhotosAreCompared() throws {
    try ServedPage.open { page in
      try page.show("verify")
      try compare("obama.jpg", "obama2.jpg", page)
      #expect(try page.text("[data-testid=verify-verdict] h2") == "The same person")
      #expect(try page.count("[data-testid=box]") == 2)
      try page.browser.choose([Samples.photo("biden.jpg")], for: "[data-testid=verify-b]")
      try page.wait(for: "[data-testid=verify-verdict][data-same=false]")
      #expect(try page.text("[data-testid=verify-verdict] h2") == "Two different people")
      #expect(
        try page.text("[data-testid=verify-verdict] details [data-testid=reason]")
          .contains("is above the threshold"))
      // Neither was kept.
      #expect(try page.ask("GET", "/photos")["total"] as? Int == 7)
    }
  }

  @Test func aPersonWithAnExpressionIsFound() throws {
    try ServedPage.open { page in
      try page.nameObama()
      for (title, value) in [
        ("obama3.jpg", "happy"), ("32bit.png", "happy"), ("obama.jpg", "stern"),
        ("obama_partial_face.jpg", "stern"),
      ] {
        let photo = try page.ask("GET", "/photos/\(try page.photo(title))")
        let face = try #require((photo["items"] as? [[String: Any]])?.first?["face"] as? Int)
        try page.ask("PATCH", "/faces/\(face)", "{ labels: { expression: '\(value)' } }")
      }
      // The last one by hand.
      try page.show("photos")
      #expect(try page.count("[data-testid=photo]") == 7)
      try page.press("[data-testid=photo] button[title=\"obama2.jpg\"]")
      try page.press("[data-testid=label-form] input")
      try page.browser.type(text: "expression")
      try page.browser.type(key: "Tab")
      try page.browser.type(text: "happy")
      try page.browser.type(key: "Enter")
      try page.wait(for: ".label", saying: "expression: happy")
      try page.browser.type(key: "Escape")
      try page.wait(for: "dialog", count: 0)

      try page.show("compose")
      try page.press("[data-testid=person-picker]")
      try page.browser.type(text: "barack")
      try page.wait(for: "[role=option] span:not(.picture)", saying: "Barack Obama")
      try page.browser.type(key: "ArrowDown")
      try page.browser.type(key: "Enter")
      // Which of two comes first is a matter of rounding.
      for (value, titles) in [
        ("happy", "obama2.jpg|32bit.png"), ("stern", "obama.jpg|obama_partial_face.jpg"),
      ] {
        try page.press("[data-testid=label][data-value=\"expression:\(value)\"]")
        try page.browser.wait(
          until: "/^Open (\(titles))$/.test("
            + "document.querySelector('[data-testid=compose-result] button')?.ariaLabel)")
        #expect(try page.text("[data-testid=compose-result] .name") == "Barack Obama")
      }
      #expect(
        try page.browser.text("document.querySelector('[data-testid=compose-query]').value")
          == "person:\"Barack Obama\" + expression:stern")
    }
  }

  @Test func aMapIsMade() throws {
    try ServedPage.open(refused: ["/api/v1/map?"]) { page in
      let frame = "document.querySelector('[data-testid=map-frame]')"
      try page.show("map")
      try page.browser.wait(until: "\(frame)?.contentWindow.likenessMap?.count === 7")
      #expect(page.browser.requests.contains { $0.hasSuffix("/events") })
      try page.press("[data-testid=map-dimensions] [data-value=\"3\"]")
      try page.browser.wait(until: "\(frame)?.src.includes('dimensions=3') === true")
      try page.browser.wait(until: "\(frame)?.contentWindow.likenessMap?.count === 7")
      // What was made is there at once.
      try page.press("[data-testid=map-dimensions] [data-value=\"2\"]")
      try page.browser.wait(until: "\(frame)?.src.includes('dimensions=2') === true")
      #expect(page.browser.requests.count { $0.hasSuffix("/events") } == 2)
      // It follows the page's light, which goes from the device's to light to dark, and its language.
      try page.browser.wait(until: "\(frame)?.contentWindow.likenessMap?.count === 7")
      let inFrame = "\(frame).contentDocument.documentElement"
      for light in ["light", "dark"] {
        try page.press(".side [data-testid=theme]")
        try page.browser.wait(until: "\(inFrame).dataset.theme === '\(light)'")
      }
      try page.browser.value(
        "{ const s = document.querySelector('[data-testid=language]'); s.value = 'ja'; "
          + "s.dispatchEvent(new Event('change')); }")
      try page.browser.wait(until: "\(frame)?.contentDocument?.documentElement.lang === 'ja'")
      try page.browser.wait(until: "\(frame)?.contentWindow.likenessMap?.count === 7")
    }
  }

  @Test func photosAreAdded() throws {
    try ServedPage.open(refused: ["/api/v1/photos"]) { page in
      try page.nameObama()
      try page.ask("DELETE", "/photos/\(try page.photo("obama3.jpg"))")
      try page.show("add")
      try page.press("[name=naming][value=one]")
      try page.browser.type(text: "Barack Obama")
      try withUselessFiles { faceless, broken in
        try page.browser.choose(
          [Samples.photo("obama3.jpg"), Samples.photo("biden.jpg"), faceless, broken],
          for: "[data-testid=add-files]")
        try page.wait(for: "#add-progress h2", saying: "Done")
      }
      #expect(
        try page.texts("[data-testid=add-counts] dt")
          == "Added,Already there,Without a face,Unreadable")
      #expect(try page.texts("[data-testid=add-counts] dd") == "1,1,1,1")
      #expect(
        try page.texts(".notes b").split(separator: ",").sorted() == ["broken.jpg", "scene.png"])
      let gallery = try #require(try page.ask("GET", "/info")["gallery"] as? [String: Any])
      #expect(gallery["faces"] as? Int == 7 && gallery["photosWithoutFace"] as? Int == 1)
      try page.press("#add-progress a")
      try page.wait(forView: "people")
      #expect(try page.texts("[data-testid=person] a.name") == "Barack Obama,biden")
    }
  }
}
