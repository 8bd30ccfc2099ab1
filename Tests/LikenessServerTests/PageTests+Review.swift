import Foundation
import GallerySQLite
import LikenessKit
import TestSupport
import Testing

/// Questions that only the user can answer, and people and faces that the user hides or shows first.
extension PageTests {
  /// Adds a photo of a find that is likely no face.
  static func addFlower(to gallery: URL) throws {
    let store = try GalleryStore(at: gallery, access: .write)
    try SampleGallery.addDoubtful(like: 1, to: store)
  }

  /// The last edit as the API tells it.
  private func lastEdit(_ page: ServedPage) throws -> [String: Any] {
    let edits = try #require(try page.ask("GET", "/people/history")["edits"] as? [[String: Any]])
    return try #require(edits.first)
  }

  @Test func questionsAreAnswered() throws {
    try ServedPage.open(preparing: Self.addFlower) { page in
      let question = "[data-testid=question] h2"
      try page.show("people")
      try page.wait(
        for: "[data-testid=review-notice] p", saying: "1 question that only you can answer")
      try page.press("[data-testid=review-open]")
      try page.wait(forView: "review")
      #expect(try page.text(question) == "Is this a face?")
      #expect(try page.text("[data-testid=review-left]") == "1 question left")
      #expect(try page.count("[data-testid=review-photo]") == 1)
      // Nothing is there to be taken back yet.
      #expect(
        try page.browser.isTrue("document.querySelector('[data-testid=review-undo]').hidden"))

      // The photo on demand; keys belong to it while it is open.
      try page.press("[data-testid=review-photo]")
      try page.wait(for: "[data-testid=lightbox] .box.doubtful")
      try page.browser.type(key: "n")
      try page.browser.type(key: "Escape")
      try page.wait(for: "dialog", count: 0)
      #expect(try page.text(question) == "Is this a face?")

      // By the keyboard.
      let photo = try page.photo("flower.jpg")
      func isDoubtful() throws -> Bool? {
        let items = try page.ask("GET", "/photos/\(photo)")["items"] as? [[String: Any]]
        return items?.first?["doubtful"] as? Bool
      }
      try page.browser.type(key: "y")
      try page.wait(for: "[data-testid=empty] h2", saying: "Nothing to ask")
      #expect(try isDoubtful() == false)
      #expect(try lastEdit(page)["kind"] as? String == "confirm")
      try page.browser.type(key: "u")
      try page.wait(for: question, saying: "Is this a face?")
      #expect(try isDoubtful() == true)

      // What is put off is asked again when the user wants it.
      try page.press("[data-testid=say-later]")
      try page.wait(for: "[data-testid=empty] h2", saying: "That is all for now")
      try page.press("[data-testid=review-again]")
      try page.wait(for: question, saying: "Is this a face?")
      try page.press("[data-testid=say-no]")
      try page.wait(for: "[data-testid=empty] h2", saying: "Nothing to ask")
      #expect(try lastEdit(page)["kind"] as? String == "hide")
      #expect(try isDoubtful() == true)
      try page.press("[data-testid=review-undo]")
      try page.wait(for: question, saying: "Is this a face?")
    }
  }

  /// The answers lie within a thumb's reach, whatever is asked.
  @Test func answersLieWhereAThumbIs() throws {
    try ServedPage.open(width: 390, height: 844, isTouched: true, preparing: Self.addFlower) {
      page in
      try page.show("review")
      try page.wait(for: "[data-testid=question] .picture.loaded")
      let places = try page.browser.value(
        "[...document.querySelectorAll('.answers button')].flatMap(e => { "
          + "const b = e.getBoundingClientRect(); return [b.top, b.bottom, b.width]; })")
      let numbers = try #require(places as? [NSNumber]).map(\.doubleValue)
      let tabs = try page.browser.number(
        "document.querySelector('.tabs').getBoundingClientRect().top")
      #expect(numbers.count == 9)
      for place in stride(from: 0, to: numbers.count, by: 3) {
        #expect(numbers[place] > 422 && numbers[place + 1] <= tabs)
        #expect(numbers[place + 1] - numbers[place] >= 56 && numbers[place + 2] >= 100)
      }
    }
  }

  @Test func peopleAreHidden() throws {
    try ServedPage.open { page in
      let person = "[data-testid=person]"
      try page.show("people/\(try page.person(ofFaces: 1))", as: "person")
      try page.press("[data-testid=hide-person]")
      try page.wait(for: "[data-testid=person-hidden]")
      try page.show("people")
      #expect(try page.count(person) == 1)
      #expect(try page.text(".foot") == "1 person · 1 hidden")
      try page.press("[data-testid=show-hidden]")
      try page.wait(for: person, count: 2)
      #expect(try page.text(".hidden-one .badge") == "Hidden")
      #expect(try page.text(".hidden-one a.name") == "biden")

      // The history says what was done, and by whom.
      try page.press("[data-testid=history]")
      try page.wait(for: "[data-testid=history-dialog] li", count: 1)
      #expect(
        try page.text("[data-testid=history-dialog] li > div > span") == "Hid people or faces")
      let who = try #require(try lastEdit(page)["who"] as? String)
      #expect(
        try page.text("[data-testid=history-dialog] li small").contains(" · \(who) · person:"))
      try page.press("[data-testid=undo]")
      try page.wait(for: ".hidden-one", count: 0)
      #expect(try page.count(person) == 2)

      // Several at once, and back.
      try page.press("[data-testid=select]")
      try page.press("\(person):nth-child(2) .cover")
      try page.press("[data-testid=hide]")
      try page.wait(for: ".hidden-one", count: 1)
      try page.press("[data-testid=select]")
      try page.press(".hidden-one .cover")
      #expect(try page.text("[data-testid=hide]") == "Show again")
      try page.press("[data-testid=hide]")
      try page.wait(for: ".hidden-one", count: 0)
    }
  }

  @Test func facesAreHidden() throws {
    try ServedPage.open { page in
      let face = "[data-testid=person-face]"
      try page.show("people/\(try page.person(ofFaces: 6))", as: "person")
      try page.press("\(face) [data-testid=face-menu]")
      try page.press(".menu-list:popover-open [data-testid=hide-face]")
      try page.wait(for: face, count: 5)
      try page.press("[data-testid=show-hidden]")
      try page.wait(for: face, count: 6)
      #expect(try page.text(".hidden-one .badge") == "Hidden")
      try page.press(".hidden-one [data-testid=face-menu]")
      #expect(try page.text(".menu-list:popover-open [data-testid=hide-face]") == "Show again")
      try page.press(".menu-list:popover-open [data-testid=hide-face]")
      try page.wait(for: ".hidden-one", count: 0)
      #expect(try page.count(face) == 6)

      // From its photo, where the toast can be used as well.
      let hide = "[data-testid=face-actions] [data-testid=hide-face]"
      try page.press("\(face) .tile")
      try page.wait(for: hide, saying: "Hide this face")
      try page.press(hide)
      try page.wait(for: hide, saying: "Show again")
      try page.press("[data-testid=lightbox] .toast.acting button")
      try page.wait(for: hide, saying: "Hide this face")
      try page.browser.type(key: "Escape")
      try page.wait(for: "dialog", count: 0)
      try page.wait(for: face, count: 6)

      // A search says how many could not answer.
      let own = try #require(try page.ask("GET", "/faces")["faces"] as? [[String: Any]])
      let hidden = try #require(own.first?["face"] as? Int)
      let asked = try #require(own.last?["face"] as? Int)
      try page.ask("POST", "/people/hide", "{ faces: [\(hidden)] }")
      try page.show("search?face=\(asked)", as: "search")
      try page.wait(
        for: "[data-testid=search-hidden]", saying: "1 hidden face was left out.")
    }
  }

  /// Whoever offers to undo what was just done does not undo what somebody else did since.
  @Test func nobodyUndoesTheWorkOfOthers() throws {
    try ServedPage.open(refused: ["/api/v1/people/undo"]) { page in
      try page.show("people/\(try page.person(ofFaces: 6))", as: "person")
      try page.press("[data-testid=person-face] [data-testid=face-menu]")
      try page.press(".menu-list:popover-open [data-testid=hide-face]")
      try page.wait(for: ".toast.acting button")
      let biden = try page.person(ofFaces: 1)
      try page.ask("PATCH", "/people/\(biden)", "{ name: 'Joe' }")
      try page.press(".toast.acting button")
      try page.browser.wait(
        until: "[...document.querySelectorAll('.toast')].some(e => "
          + "e.textContent.includes('changed something else since'))")
      #expect(try lastEdit(page)["kind"] as? String == "name")
      #expect(try page.ask("GET", "/people/\(biden)")["name"] as? String == "Joe")
    }
  }

  @Test func theHistoryShowsEarlierChanges() throws {
    try ServedPage.open { page in
      let biden = try page.person(ofFaces: 1)
      for number in 1...52 {
        try page.ask("PATCH", "/people/\(biden)", "{ name: 'Joe \(number)' }")
      }
      try page.show("people")
      try page.press("[data-testid=history]")
      try page.wait(for: "[data-testid=history-dialog] li", count: 50)
      #expect(try page.text("[data-testid=history-more]") == "Show 2 more")
      try page.press("[data-testid=history-more]")
      try page.wait(for: "[data-testid=history-dialog] li", count: 52)
      #expect(try page.count("[data-testid=history-more]") == 0)
      #expect(try page.count("[data-testid=undo]") == 1)
    }
  }

  @Test func aCoverIsChosen() throws {
    try ServedPage.open { page in
      let person = try page.person(ofFaces: 6)
      func expectCover(_ face: Int?, isChosen: Bool) throws {
        let answer = try page.ask("GET", "/people/\(person)")
        #expect(answer["cover"] as? Int == face && answer["coverChosen"] as? Bool == isChosen)
      }
      let best = try #require(try page.ask("GET", "/people/\(person)")["cover"] as? Int)
      try page.show("people/\(person)", as: "person")
      let other = "[data-testid=person-face]:not([data-face=\"\(best)\"])"
      let face = try page.browser.text("document.querySelector('\(other)').dataset.face")
      try page.press("\(other) [data-testid=face-menu]")
      try page.press(".menu-list:popover-open [data-testid=cover]")
      let head = "document.querySelector('.person-head img')?.src.endsWith"
      try page.browser.wait(until: "\(head)('/faces/\(face)/thumbnail') === true")
      try expectCover(Int(face), isChosen: true)
      try page.show("people")
      #expect(
        try page.count("[data-testid=person] img[src$=\"/faces/\(face)/thumbnail\"]") == 1)

      try page.show("people/\(person)", as: "person")
      try page.press("[data-face=\"\(face)\"] [data-testid=face-menu]")
      try page.press(".menu-list:popover-open [data-testid=cover-reset]")
      try page.browser.wait(until: "\(head)('/faces/\(best)/thumbnail') === true")
      try expectCover(best, isChosen: false)
    }
  }

  @Test func datesAreSet() throws {
    try ServedPage.open { page in
      let person = try page.person(ofFaces: 6)
      try page.show("people/\(person)", as: "person")
      #expect(try page.count("[data-testid=person-dates]") == 0)
      try page.press("[data-testid=dates]")
      try page.browser.wait(
        until: "document.activeElement?.dataset.testid === 'born-input'")
      try page.browser.type(text: "1961-08-04")
      try page.browser.type(key: "Enter")
      try page.wait(for: "[data-testid=person-dates]", saying: "born August 4, 1961")
      let answer = try page.ask("GET", "/people/\(person)")
      #expect(answer["born"] as? String == "1961-08-04" && answer["died"] is NSNull)
      try page.press(".toast.acting button")
      try page.wait(for: "[data-testid=person-dates]", count: 0)
      // When a photo was taken is beside it.
      try page.show("photos")
      try page.press("[data-testid=photo] button[title=\"biden.jpg\"]")
      let panel = "document.querySelector('[data-testid=lightbox] .panel')?.textContent"
      try page.browser.wait(until: "\(panel)?.includes('taken May 10, 2010') === true")
    }
  }

  /// The samples are too clear for suggestions: who may be whom is made up here, what is said of it is real.
  @Test func somebodyMayBeAnotherPerson() throws {
    try ServedPage.open { page in
      let (obama, biden) = (try page.person(ofFaces: 6), try page.person(ofFaces: 1))
      try page.browser.value(
        """
        (async () => {
          const read = id => fetch(`/api/v1/people/${id}`).then(answer => answer.json());
          const [first, second] = await Promise.all([read(\(obama)), read(\(biden))]);
          const faces = [first.cover, second.cover];
          const suggestion = { first, second, faces, probability: 0.62, links: 2, distance: 0.6 };
          const real = window.fetch;
          window.fetch = (path, options) => /people\\/\\d+\\/suggestions/.test(path)
            ? Promise.resolve(Response.json({ suggestions: [suggestion] })) : real(path, options);
        })()
        """)
      try page.show("people/\(obama)", as: "person")
      try page.wait(for: "[data-testid=perhaps] a.name", saying: "biden")
      #expect(
        try page.text("[data-testid=perhaps] p")
          == "1 photo · 2 links · Chance of being one person: 62%")
      try page.press("[data-testid=perhaps-yes]")
      try page.wait(for: "[data-testid=person-face]", count: 7)
      #expect(try page.text("h1") == "biden")
    }
  }
}
