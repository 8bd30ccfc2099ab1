import Foundation
import TestSupport
import Testing

@testable import LikenessKit
@testable import LikenessReports

/// The page in a real browser, with a real pointer and keyboard. Each test ends by looking whether the
/// page complained about anything or asked for anything beyond itself.
@Suite(.serialized) struct MapPageTests {
  private static let names: [String?] = (0..<60).map { row in
    row == 7 ? hostileName : row == 8 ? "José_Ángel" : row == 9 ? nil : "person \(row % 6)"
  }

  private func withPage(
    _ map: FaceMap, isDark: Bool = false, hasGraphics: Bool = true, width: Int = 1200,
    height: Int = 800, isTouched: Bool = false, fragment: String = "",
    _ body: (Browser) throws -> Void
  ) throws {
    try TestFiles.withTemporaryFolder { folder in
      let page = folder.appendingPathComponent("map.html")
      try map.page().write(to: page)
      let browser = try Browser(
        width: width, height: height, isDark: isDark, hasGraphics: hasGraphics,
        isTouched: isTouched)
      try browser.open(
        page, fragment: fragment, until: "document.documentElement.dataset.ready !== undefined")
      try settle(browser)
      try body(browser)
      #expect(browser.problems.isEmpty, "\(browser.problems)")
      let outside = browser.requests.filter { request in
        !request.hasPrefix(page.absoluteString) && !request.hasPrefix("blob:")
          && !request.hasPrefix("data:")
      }
      #expect(outside.isEmpty, "\(outside)")
      #expect(!browser.requests.isEmpty)
    }
  }

  /// Waits until nothing moves any more.
  private func settle(_ browser: Browser) throws {
    try browser.wait(
      until: "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => "
        + "done(!likenessMap.view().moving))))")
  }

  private func place(
    _ face: Int, _ browser: Browser
  ) throws -> (x: Double, y: Double, size: Double) {
    let place = try #require(
      try browser.value("likenessMap.position(\(face))") as? [String: NSNumber])
    return (
      place["x"]?.doubleValue ?? .nan, place["y"]?.doubleValue ?? .nan,
      place["size"]?.doubleValue ?? .nan
    )
  }

  private func colour(_ photo: Photo, _ x: Double, _ y: Double) -> [Int] {
    let at = (Int(y) * photo.width + Int(x)) * 3
    return (0..<3).map { Int(photo.pixels[at + $0]) }
  }

  private func isLike(_ a: [Int], _ b: [Int], within margin: Int = 30) -> Bool {
    zip(a, b).allSatisfy { abs($0 - $1) <= margin }
  }

  @Test(arguments: [(true, 2), (false, 2), (true, 3), (false, 3)])
  func `every face is drawn where it lies`(hasGraphics: Bool, dimensions: Int) throws {
    let map = try MapSamples.map(Self.names, dimensions: dimensions)
    try withPage(map, hasGraphics: hasGraphics) { browser in
      #expect(
        try browser.text("document.documentElement.dataset.ready")
          == (hasGraphics ? "WebGL" : "Canvas"))
      #expect(try browser.number("likenessMap.count") == 60)
      let picture = try Photo.decode(try browser.screenshot())
      let paper = colour(picture, 600, 5)
      #expect(isLike(paper, [246, 245, 242], within: 3))
      var seen = 0
      for face in 0..<60 {
        let place = try place(face, browser)
        #expect((0..<1200).contains(place.x) && (0..<800).contains(place.y))
        if !isLike(colour(picture, place.x, place.y), paper, within: 12) { seen += 1 }
      }
      // In space some stand behind others, but none is left out.
      #expect(seen == 60)
      if dimensions == 2 {
        // The thumbnail of face 2 is blue.
        let place = try place(2, browser)
        #expect(isLike(colour(picture, place.x, place.y), [70, 90, 210]))
      }
    }
  }

  @Test func `the face under the pointer is described, and a click shows it with its nearest`()
    throws
  {
    var map = try MapSamples.map(Self.names)
    map.hidden = 2
    try withPage(map) { browser in
      #expect(
        try browser.text("document.getElementById('facts').textContent")
          .hasSuffix(" · 2 hidden faces left out"))
      let first = try place(12, browser)
      #expect(try browser.isTrue("document.getElementById('hover').hidden"))
      try browser.movePointer(first.x, first.y)
      try browser.wait(until: "!document.getElementById('hover').hidden")
      #expect(try browser.text("document.querySelector('#hover b').textContent") == "person 0")
      #expect(
        try browser.text("document.querySelector('#hover .file').textContent") == "of 12#?.jpg")
      #expect(
        try browser.text("document.querySelector('#hover .thumb').style.backgroundImage")
          .hasPrefix("url(\"blob:"))
      try browser.click(first.x, first.y)
      try browser.wait(until: "!document.getElementById('panel').hidden")
      #expect(try browser.number("likenessMap.selected()") == 12)
      #expect(try browser.text("document.getElementById('who').textContent") == "person 0")
      #expect(
        try browser.text("document.querySelector('#about dd').textContent")
          == "of 12#?.jpg, not there any more")
      #expect(try browser.number("document.querySelectorAll('#near li').length") == 3)
      #expect(
        try browser.text(
          "[...document.querySelectorAll('#near li')].map(e => e.textContent).join()")
          == "person 10.200,person 20.400,person 30.600")
      // Its nearest is a click away.
      try browser.click("#near button")
      #expect(try browser.number("likenessMap.selected()") == 13)
      try settle(browser)
      let second = try place(13, browser)
      #expect((300..<900).contains(second.x) && (200..<600).contains(second.y))
      try browser.type(key: "Escape")
      #expect(try browser.isTrue("document.getElementById('panel').hidden"))
      // Off the map.
      try browser.movePointer(100, 40)
      #expect(try browser.isTrue("document.getElementById('hover').hidden"))
    }
  }

  @Test func `the wheel zooms about the pointer, and dragging moves`() throws {
    try withPage(try MapSamples.map(Self.names)) { browser in
      let before = try place(20, browser)
      let other = try place(21, browser)
      try browser.movePointer(before.x, before.y)
      try browser.wheel(before.x, before.y, by: -400)
      try settle(browser)
      let after = try place(20, browser)
      #expect(abs(after.x - before.x) < 1 && abs(after.y - before.y) < 1)
      let zoomed = try place(21, browser)
      let factor = (zoomed.x - after.x) / (other.x - before.x)
      #expect(abs(factor - exp(0.64)) < 0.02)
      try browser.movePointer(700, 780)
      try browser.press(700, 780)
      try browser.movePointer(730, 760, isPressed: true)
      try browser.movePointer(760, 740, isPressed: true)
      try browser.release(760, 740)
      try settle(browser)
      let moved = try place(20, browser)
      #expect(abs(moved.x - after.x - 60) < 1 && abs(moved.y - after.y + 40) < 1)
      // A drag chooses nothing.
      #expect(try browser.number("likenessMap.selected()") == -1)
      try browser.click("#fit")
      try settle(browser)
      let back = try place(20, browser)
      #expect(abs(back.x - before.x) < 1 && abs(back.y - before.y) < 1)
    }
  }

  @Test func `the keyboard does all of it`() throws {
    try withPage(try MapSamples.map(Self.names)) { browser in
      try browser.value("document.getElementById('plot').focus()")
      let before = try place(0, browser)
      try browser.type(key: "ArrowRight")
      try settle(browser)
      #expect(abs(try place(0, browser).x - before.x + 80) < 1)
      try browser.type(key: "+")
      try settle(browser)
      let near = try browser.number("likenessMap.view().unit")
      try browser.type(key: "-")
      try settle(browser)
      #expect(abs(try browser.number("likenessMap.view().unit") / near - 1.5) < 0.01)
      try browser.type(key: "Enter")
      #expect(try browser.number("likenessMap.selected()") >= 0)
      try browser.type(key: "Escape")
      try browser.type(key: "0")
      try settle(browser)
      #expect(abs(try place(0, browser).x - before.x) < 1)
      try browser.type(key: "/")
      #expect(try browser.text("document.activeElement.id") == "search")
      #expect(try browser.text("document.getElementById('search').value").isEmpty)
    }
  }

  @Test func `a search picks out whom it finds and flies there`() throws {
    try withPage(try MapSamples.map(Self.names)) { browser in
      try browser.type(key: "/")
      try browser.type(text: "jose a")
      #expect(
        try browser.text("document.querySelector('#suggestions .name').textContent")
          == "José Ángel")
      #expect(try browser.number("likenessMap.lit()") == 1)
      try browser.type(key: "ArrowDown")
      try browser.type(key: "Enter")
      #expect(try browser.number("likenessMap.selected()") == 8)
      try settle(browser)
      let place = try place(8, browser)
      #expect((300..<900).contains(place.x) && (200..<600).contains(place.y) && place.size > 60)
      try browser.type(key: "Escape")
      try browser.type(key: "Escape")
      #expect(try browser.number("likenessMap.lit()") == 60)

      try browser.type(key: "/")
      try browser.type(text: "person 3")
      #expect(try browser.text("document.getElementById('found').textContent") == "9 faces")
      try browser.click("#suggestions li")
      try settle(browser)
      #expect(try browser.number("likenessMap.lit()") == 9)
      for face in stride(from: 3, to: 60, by: 6) where face != 9 {
        let spot = try self.place(face, browser)
        #expect((290..<1150).contains(spot.x) && (50..<750).contains(spot.y))
      }
      try browser.type(text: "zzz")
      #expect(
        try browser.text("document.getElementById('found').textContent") == "No face of that name.")
      #expect(try browser.number("likenessMap.lit()") == 0)
    }
  }

  @Test(arguments: ["ko", "ja"])
  func `the address says in which language and by which light`(language: String) throws {
    let map = try MapSamples.map(Self.names)
    try withPage(map, fragment: "#language=\(language)&theme=dark") { browser in
      let place = try place(3, browser)
      try browser.click(place.x, place.y)
      #expect(try browser.text("document.documentElement.lang") == language)
      #expect(try browser.isTrue("!document.getElementById('panel').hidden"))
      #expect(try browser.text(Self.untranslated) == "")
      let paper = "getComputedStyle(document.body).backgroundColor"
      #expect(try browser.text(paper) == "rgb(18, 19, 17)")
      // Whoever shows the page changes the light while it is open.
      try browser.value("location.replace('#theme=light')")
      try browser.wait(until: "\(paper) === 'rgb(246, 245, 242)'")
    }
  }

  /// Texts and labels that another language has otherwise, and keys that a language lacks.
  private static let untranslated = """
    (() => {
      const all = JSON.parse(document.getElementById('texts').textContent);
      const own = all[document.documentElement.lang];
      const forms = text => typeof text === 'string' ? [text] : Object.values(text);
      const wrong = Object.keys(all.en).filter(key => !(key in own));
      wrong.push(...Object.keys(own).filter(key => !(key in all.en)));
      const foreign = new Set();
      for (const [key, text] of Object.entries(all.en))
        for (const form of forms(text)) if (!forms(own[key]).includes(form)) foreign.add(form.toLowerCase());
      for (const element of document.querySelectorAll('body *:not(script):not(noscript)')) {
        const texts = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data);
        for (const name of ['aria-label', 'title', 'placeholder']) texts.push(element.getAttribute(name) ?? '');
        for (const text of texts) for (const part of text.split(/ · |: |\\(|\\n/))
          if (foreign.has(part.trim().toLowerCase())) wrong.push(part);
      }
      return wrong.join(' | ');
    })()
    """

  @Test func `names stay text`() throws {
    try withPage(try MapSamples.map(Self.names)) { browser in
      let place = try place(7, browser)
      try browser.movePointer(place.x, place.y)
      #expect(
        try browser.text("document.querySelector('#hover b').textContent")
          == hostileName)
      try browser.click(place.x, place.y)
      #expect(try browser.text("document.getElementById('who').textContent") == hostileName)
      try browser.type(key: "/")
      try browser.type(text: "</script>")
      #expect(try browser.number("document.querySelectorAll('#suggestions li').length") == 1)
      // No element came of it, and no script of others may run.
      #expect(try browser.number("document.querySelectorAll('img').length") == 0)
      #expect(try browser.number("document.querySelectorAll('script').length") == 3)
    }
  }

  @Test func `photos that are there are shown`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let photo = folder.appendingPathComponent("a photo #1.jpg")
      try TestImage.scene(width: 300, height: 200).encoded(".jpg").write(to: photo)
      var map = try MapSamples.map(["Ann", "Bob"])
      map.faces[0].photo = photo.path
      map.faces[0].box = [0.25, 0.5, 0.2, 0.3]
      let page = folder.appendingPathComponent("map.html")
      try map.page().write(to: page)
      let browser = try Browser()
      try browser.open(page, until: "document.documentElement.dataset.ready !== undefined")
      try settle(browser)
      let place = try place(0, browser)
      try browser.click(place.x, place.y)
      try browser.wait(until: "document.querySelector('#photo img') !== null")
      #expect(try browser.number("document.querySelector('#photo img').naturalWidth") == 300)
      #expect(try browser.text("document.querySelector('#photo i').style.left") == "25%")
      #expect(
        try browser.text("document.querySelector('#about a').getAttribute('href')")
          == "file://"
          + photo.path.replacingOccurrences(of: " ", with: "%20")
          .replacingOccurrences(of: "#", with: "%23"))
      #expect(browser.problems.isEmpty, "\(browser.problems)")
      #expect(browser.requests.allSatisfy { !$0.hasPrefix("http") })
    }
  }

  @Test func `colours are of groups, and the legend picks some out`() throws {
    try withPage(try MapSamples.map(Self.names, labels: true)) { browser in
      #expect(
        try browser.text("[...document.getElementById('colour').options].map(o => o.text).join()")
          == "name,year,none")
      #expect(
        try browser.text("document.querySelector('#legend .name').textContent").hasPrefix("person"))
      try browser.click("#legend button")
      #expect(try browser.number("likenessMap.lit()") == 10)
      try browser.click("#legend button")
      #expect(try browser.number("likenessMap.lit()") == 60)
      try browser.value(
        "{ const c = document.getElementById('colour'); c.value = 'label Year'; "
          + "c.dispatchEvent(new Event('change')); }")
      #expect(
        try browser.text(
          "[...document.querySelectorAll('#legend .name')].map(e => e.textContent).join()")
          == "2000,2001,2002")
      try browser.click("#legend li:nth-child(2) button")
      #expect(try browser.number("likenessMap.lit()") == 20)
    }
  }

  @Test func `a map in space turns`() throws {
    try withPage(try MapSamples.map(Self.names, dimensions: 3), isDark: true) { browser in
      let paper = colour(try Photo.decode(try browser.screenshot()), 600, 5)
      #expect(isLike(paper, [18, 19, 17], within: 3))
      let before = try (0..<60).map { try place($0, browser) }
      try browser.press(700, 780)
      try browser.movePointer(760, 780, isPressed: true)
      try browser.movePointer(820, 780, isPressed: true)
      try browser.release(820, 780)
      try settle(browser)
      let after = try (0..<60).map { try place($0, browser) }
      // Turned about the upright axis: all move, most of them sideways.
      #expect(zip(before, after).count { abs($0.x - $1.x) > 3 } > 40)
      let unit = try browser.number("likenessMap.view().unit")
      #expect(abs(try browser.number("likenessMap.view().yaw") - 0.6 - 0.84) < 0.01)
      try browser.wheel(700, 400, by: -300)
      try settle(browser)
      #expect(try browser.number("likenessMap.view().unit") < unit * 0.7)
      // By itself too, until it is asked to stop.
      try browser.click("#spin")
      let yaw = try browser.number("likenessMap.view().yaw")
      try browser.wait(until: "likenessMap.view().yaw > \(yaw) + 0.05")
      try browser.click("#spin")
      try settle(browser)
    }
  }

  @Test func `fingers move and pinch`() throws {
    let map = try MapSamples.map(Self.names)
    try withPage(map, width: 420, height: 800, isTouched: true) { browser in
      // On a small screen the tools are folded away.
      #expect(try browser.isTrue("document.getElementById('tools').hidden"))
      let unit = try browser.number("likenessMap.view().unit")
      try browser.touch("touchStart", [(180, 500), (220, 500)])
      try browser.touch("touchMove", [(160, 500), (240, 500)])
      try browser.touch("touchMove", [(140, 500), (260, 500)])
      try browser.touch("touchEnd", [])
      try settle(browser)
      #expect(abs(unit / (try browser.number("likenessMap.view().unit")) - 3) < 0.1)
      let before = try place(0, browser)
      try browser.touch("touchStart", [(100, 700)])
      try browser.touch("touchMove", [(120, 680)])
      try browser.touch("touchMove", [(150, 650)])
      try browser.touch("touchEnd", [])
      try settle(browser)
      let after = try place(0, browser)
      #expect(after.x - before.x > 25 && before.y - after.y > 25)
    }
  }

  @Test(arguments: [0, 1, 2], [2, 3])
  func `a map of hardly any faces is a page too`(count: Int, dimensions: Int) throws {
    let map = try MapSamples.map((0..<count).map { "n\($0)" }, dimensions: dimensions)
    try withPage(map, isDark: count == 1) { browser in
      #expect(try browser.number("likenessMap.count") == Double(count))
      for face in 0..<count {
        let place = try place(face, browser)
        #expect((250..<1200).contains(place.x) && (0..<800).contains(place.y) && place.size > 40)
      }
      try browser.wheel(600, 400, by: -200)
      try browser.type(key: "Enter")
      try settle(browser)
    }
  }
}
