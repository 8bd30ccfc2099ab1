import Foundation
import LikenessKit
import TestSupport
import Testing

/// The example `Examples/people-page` and the article about it: the same code, compiled and run here.
@Suite struct PeoplePageTests {
  @Test func theExampleMakesAPageOfPeople() throws {
    try TestFiles.withTemporaryFolder { folder in
      let photos = folder.appendingPathComponent("photos")
      try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: true)
      for name in ["obama", "obama2", "biden"] {
        try FileManager.default.copyItem(
          at: Samples.photo("\(name).jpg"), to: photos.appendingPathComponent("\(name).jpg"))
      }
      try Data("no photo".utf8).write(to: photos.appendingPathComponent("broken.jpg"))
      let page = folder.appendingPathComponent("people.html")

      // As in main.swift, from here …
      let likeness = Likeness(
        gallery: page.deletingPathExtension().appendingPathExtension("gallery"))
      let summary = try likeness.add([photos])
      for photo in summary.skipped { print("skipped \(photo.photo): \(photo.reason)") }

      let people = try likeness.people.list().people.filter { $0.faces.count > 1 || $0.name != nil }

      func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
          .replacing("\"", with: "&quot;")
      }

      var html = "<!doctype html><meta charset=\"utf-8\"><title>People</title>\n"
      for person in people {
        html += "<h2>\(escaped(person.label))</h2>\n"
        for face in person.faces {
          guard let picture = try likeness.faces.thumbnail(of: face.face) else { continue }
          html += "<img src=\"data:image/jpeg;base64,\(picture.base64EncodedString())\""
          html += " title=\"\(escaped(face.photo))\">\n"
        }
      }
      try html.write(to: page, atomically: true, encoding: .utf8)
      print("\(people.count) people are in \(page.path)")
      // … to here.

      #expect(summary.skipped.count == 1)
      let written = try String(contentsOf: page, encoding: .utf8)
      #expect(written.components(separatedBy: "<h2>").count == people.count + 1)
      #expect(written.components(separatedBy: "<img src=\"data:image/jpeg;base64,/9j/").count == 4)
      #expect(written.contains("<h2>biden</h2>"))
    }
  }

  @Test func theExampleAndTheArticleShowTheTestedCode() throws {
    let test = try contents(of: "Tests/LikenessKitTests/PeoplePageTests.swift")
    let program = try contents(of: "Examples/people-page/Sources/people-page/main.swift")
    let article = try contents(of: "Sources/LikenessKit/LikenessKit.docc/PeoplePage.md")

    let blocks = article.components(separatedBy: "```swift\n").dropFirst()
      .map { $0.components(separatedBy: "```")[0] }
    #expect(blocks.joined(separator: "\n") == program)

    let tested = test.components(separatedBy: "from here …\n")[1].components(
      separatedBy: "      // … to here.")[0]
    let start = try #require(program.range(of: "let likeness"))
    #expect(Self.words(tested) == Self.words(String(program[start.lowerBound...])))
  }

  private func contents(of path: String) throws -> String {
    try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").appendingPathComponent(path), encoding: .utf8)
  }

  /// Code without its lines' breaks and indentation.
  private static func words(_ code: String) -> String {
    code.filter { !$0.isWhitespace }
  }
}
