import Foundation
import TestSupport
import Testing

/// The server's page in a real browser, over a gallery of its own.
struct ServedPage {
  let browser: Browser
  private let url: String

  /// Gives the work the page once it is ready to search. Afterwards it must have complained of nothing
  /// and asked no other host for anything, and the server must end as asked.
  /// - Parameters:
  ///   - refused: beginnings of paths that the server is expected to refuse.
  ///   - prepare: what is done to the gallery before the server opens it.
  static func open(
    width: Int = 1200, height: Int = 800, isTouched: Bool = false, refused: [String] = [],
    preparing prepare: (URL) throws -> Void = { _ in }, _ work: (ServedPage) throws -> Void
  ) throws {
    try ServerProcess.withGallery { gallery in
      try prepare(gallery)
      let server = try ServerProcess(gallery: gallery)
      let browser = try Browser(width: width, height: height, isTouched: isTouched)
      let page = ServedPage(browser: browser, url: server.url)
      try browser.open(try #require(URL(string: server.url + "/")), until: isReady("search"))
      try work(page)
      let problems = browser.problems.filter { problem in
        !(problem.hasPrefix("log: Failed to load resource")
          && refused.contains { problem.contains(server.url + $0) })
      }
      #expect(problems.isEmpty, "\(problems)")
      let outside = browser.requests.filter { request in
        ![server.url + "/", "blob:", "data:"].contains { request.hasPrefix($0) }
      }
      #expect(outside.isEmpty, "\(outside)")
      #expect(browser.requests.contains(server.url + "/page/app.js"))
      #expect(server.stop() == 0)
    }
  }

  private static func isReady(_ view: String) -> String {
    "document.documentElement.dataset.ready === '\(view)'"
  }

  // MARK: Going about

  /// Goes to a view, as a link does.
  /// - Parameter view: what it calls itself where that is not its route.
  func show(_ route: String, as view: String? = nil) throws {
    try browser.value(
      "delete document.documentElement.dataset.ready; location.hash = '#/\(route)'")
    try browser.wait(until: Self.isReady(view ?? route))
  }

  func wait(forView view: String) throws { try browser.wait(until: Self.isReady(view)) }

  /// Waits until there are elements: at least one, or as many as `count` says.
  func wait(for selector: String, count: Int? = nil) throws {
    try browser.wait(
      until: "document.querySelectorAll('\(selector)').length \(count.map { "=== \($0)" } ?? "> 0")"
    )
  }

  func wait(for selector: String, saying text: String) throws {
    try browser.wait(until: "document.querySelector('\(selector)')?.textContent === '\(text)'")
  }

  /// Clicks an element once it is there and may be used.
  func press(_ selector: String) throws {
    try browser.wait(
      until: "document.querySelector('\(selector)')?.matches(':not(:disabled)') === true")
    try browser.click(selector)
  }

  /// Presses Tab until an expression is true, at most so many times.
  func tab(atMost count: Int, until expression: String) throws {
    for _ in 0..<count {
      try browser.type(key: "Tab")
      if try browser.isTrue(expression) { return }
    }
    Issue.record("\(count) times Tab do not lead to: \(expression)")
  }

  // MARK: What is there

  func text(_ selector: String) throws -> String {
    try browser.text("document.querySelector('\(selector)')?.textContent ?? ''")
  }

  /// The texts of all such elements, with commas between them.
  func texts(_ selector: String) throws -> String {
    try browser.text(
      "[...document.querySelectorAll('\(selector)')].map(e => e.textContent).join()")
  }

  func count(_ selector: String) throws -> Int {
    Int(try browser.number("document.querySelectorAll('\(selector)').length"))
  }

  // MARK: Around the page

  /// What the API answers.
  /// - Parameter body: as JavaScript.
  @discardableResult
  func ask(
    _ method: String, _ path: String, _ body: String = "undefined"
  ) throws -> [String: Any] {
    let answer = try browser.value(
      "fetch('/api/v1\(path)', { method: '\(method)', "
        + "headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(\(body)) })"
        + ".then(answer => answer.json())")
    return try #require(answer as? [String: Any])
  }

  /// The person with so many faces: of the samples, Obama has six and Biden one.
  func person(ofFaces count: Int) throws -> Int {
    let people = try #require(try ask("GET", "/people")["people"] as? [[String: Any]])
    return try #require(people.first { $0["faces"] as? Int == count }?["person"] as? Int)
  }

  /// Calls the person with six faces Barack Obama.
  func nameObama() throws {
    try ask("PATCH", "/people/\(try person(ofFaces: 6))", "{ name: 'Barack Obama' }")
  }

  /// The number of a photo by its file's name.
  func photo(_ title: String) throws -> Int {
    let photos = try #require(try ask("GET", "/photos")["photos"] as? [[String: Any]])
    return try #require(photos.first { $0["title"] as? String == title }?["photo"] as? Int)
  }
}
