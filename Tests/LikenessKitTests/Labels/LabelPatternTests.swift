import Foundation
import Testing

@testable import LikenessKit

@Suite struct LabelPatternTests {
  private func labels(_ pattern: String, _ path: String) throws -> [String: String]? {
    try LabelPattern(pattern).labels(of: URL(fileURLWithPath: path))
  }

  @Test func namesOfJAFFETellPersonExpressionAndNumber() throws {
    for pattern in ["jaffe", "JAFFE", "{person}.{expression}{number}.{}"] {
      #expect(
        try labels(pattern, "/photos/KM.HA1.4.tiff") == [
          "person": "KM", "expression": "HA", "number": "1",
        ])
      #expect(try labels(pattern, "/photos/KM.HA12.104.jpg")?["number"] == "12")
      #expect(try labels(pattern, "/photos/README.txt") == nil)
      #expect(try labels(pattern, "/photos/KM.HA.4.tiff") == nil)
    }
  }

  @Test func foldersAndTextAreMatched() throws {
    #expect(
      try labels("{person}/{expression}/{}", "/a/b/Ann Lee/happy/001.jpg") == [
        "person": "Ann Lee", "expression": "happy",
      ])
    #expect(try labels("{person}/{}", "/001.jpg") == nil)
    #expect(
      try labels("face_{person}-{pose}(x)", "face_Ann-left(x).png") == [
        "person": "Ann", "pose": "left",
      ])
    #expect(try labels("face_{person}-{pose}(x)", "face_Ann-left(y).png") == nil)
  }

  @Test(arguments: ["", "plain", "{}", "{person", "person}", "{person}{person}", "{per{son}}"])
  func nonsenseIsRefused(_ pattern: String) {
    #expect(throws: LikenessError.self) { try LabelPattern(pattern) }
  }
}
