import Foundation
import TestSupport
import Testing

/// Drawing a box around a face that was missed.
extension PageTests {
  private static let lightbox = "[data-testid=lightbox]"
  private static let layer = "[data-testid=draw-layer]"

  /// A place on the photo that is shown, from its left and upper edge, each from 0 to 1.
  private func place(_ page: ServedPage, _ x: Double, _ y: Double) throws -> (x: Double, y: Double)
  {
    let edges = try #require(
      try page.browser.value(
        "(() => { const b = document.querySelector('\(Self.layer)').getBoundingClientRect(); "
          + "return [b.left, b.top, b.width, b.height]; })()") as? [NSNumber]
    ).map(\.doubleValue)
    return (edges[0] + x * edges[2], edges[1] + y * edges[3])
  }

  private func items(_ page: ServedPage, of photo: Int) throws -> [[String: Any]] {
    try #require(try page.ask("GET", "/photos/\(photo)")["items"] as? [[String: Any]])
  }

  @Test func aMissedFaceIsDrawn() throws {
    try ServedPage.open(isTouched: true) { page in
      let photo = try page.photo("biden.jpg")
      let width = try #require(try page.ask("GET", "/photos/\(photo)")["width"] as? Int)
      try page.show("photos")
      try page.press("[data-testid=photo] button[title=\"biden.jpg\"]")
      try page.wait(for: "\(Self.lightbox) .box")

      // Escape ends drawing, and closes nothing; so does Back.
      try page.press("[data-testid=add-face]")
      try page.wait(for: Self.layer)
      try page.browser.type(key: "Escape")
      try page.wait(for: Self.layer, count: 0)
      try page.press("[data-testid=add-face]")
      try page.browser.wait(until: "history.state?.layer === 2")
      try page.browser.value("history.back()")
      try page.wait(for: Self.layer, count: 0)
      #expect(try page.count(Self.lightbox) == 1)

      // By mouse: the lower left corner, where there is no face.
      try page.press("[data-testid=add-face]")
      try page.wait(for: Self.layer)
      #expect(
        try page.browser.isTrue("document.querySelector('[data-testid=draw-save]').disabled"))
      let (start, end) = (try place(page, 0.02, 0.8), try place(page, 0.22, 0.95))
      try page.browser.movePointer(start.x, start.y)
      try page.browser.press(start.x, start.y)
      try page.browser.movePointer(end.x, end.y, isPressed: true)
      try page.browser.release(end.x, end.y)
      try page.browser.wait(
        until: "document.querySelector('[data-testid=drawn-box]').offsetWidth > 0")
      try page.browser.value("document.querySelector('[data-testid=draw-name]').focus()")
      try page.browser.type(text: "Ann")
      try page.press("[data-testid=draw-save]")
      try page.wait(for: "\(Self.lightbox) .box", count: 2)
      let drawn = try #require(try items(page, of: photo).last)
      #expect(drawn["drawn"] as? Bool == true && drawn["name"] as? String == "Ann")
      let box = try #require(drawn["box"] as? [String: Double])
      #expect((box["x"] ?? -1) < 0.3 * Double(width) && (box["width"] ?? 0) >= 12)
      #expect(try page.count(Self.layer) == 0)
      // It is taken back at once.
      try page.press("\(Self.lightbox) .toast.acting button")
      try page.wait(for: "\(Self.lightbox) .box", count: 1)
      #expect(try items(page, of: photo).count == 1)

      // By a finger.
      try page.press("[data-testid=add-face]")
      try page.wait(for: Self.layer)
      try page.browser.touch("touchStart", [start])
      try page.browser.touch("touchMove", [((start.x + end.x) / 2, (start.y + end.y) / 2)])
      try page.browser.touch("touchMove", [end])
      try page.browser.touch("touchEnd", [])
      try page.press("[data-testid=draw-save]")
      try page.wait(for: "\(Self.lightbox) .box", count: 2)
      try page.browser.type(key: "Escape")
      try page.wait(for: "dialog", count: 0)
    }
  }
}
