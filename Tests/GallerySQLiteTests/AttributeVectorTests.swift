import Foundation
import LikenessCore
import Testing

@testable import GalleryCore

@Suite struct AttributeVectorTests {
  private func told(_ name: String, _ value: Float) -> NewFace {
    var face = face(name, value)
    face.attributes = [
      "expression": Embedding([value, -value, 0.5]), "pose": Embedding([value + 1]),
    ]
    return face
  }

  @Test func whatAModelSaysOfAFaceIsKeptWithIt() throws {
    try withGallery { store, _ in
      try store.add([photo("a", [told("Ann", 1), face("Bob", 2)])], model: model)
      try store.add([photo("b", [told("Cay", 3)])], model: model)
      let ids = try store.faceTable().faces.map(\.id)
      let expected = told("Ann", 1).attributes
      #expect(
        try store.attributeVectors()
          == [ids[0]: expected, ids[2]: told("Cay", 3).attributes])
      #expect(try store.attributeVectors(face: ids[0]) == expected)
      #expect(try store.attributeVectors(face: ids[1]).isEmpty)
      #expect(try store.attributeVectors(face: 99).isEmpty)
    }
  }

  @Test func itGoesWithTheFaceAndLeavesNoTrace() throws {
    try withGallery { store, home in
      var secret = face("Ann", 1)
      secret.attributes = ["expression": Embedding([123_456.789, 0, 1])]
      try store.add([photo("a", [secret]), photo("b", [told("Bob", 2)])], model: model)
      let bytes = withUnsafeBytes(of: Float(123_456.789).bitPattern.littleEndian) { Data($0) }
      func isThere() throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: home.path).contains {
          try Data(contentsOf: home.appendingPathComponent($0)).range(of: bytes) != nil
        }
      }
      #expect(try isThere())
      let ann = try #require(try store.faceTable().faces.first { $0.name == "Ann" })
      _ = try store.remove(faces: [ann.id])
      #expect(try store.attributeVectors().count == 1)
      #expect(try !isThere())
    }
  }

  @Test func aVectorThatIsNoneIsRefusedWithItsPhoto() throws {
    try withGallery { store, home in
      for values in [[], [Float.nan], [1, .infinity]] {
        var broken = face("Ann", 1)
        broken.attributes = ["expression": Embedding(values)]
        #expect(
          failure { try store.add([photo("a", [broken])], model: model) }
            == .unusable(path: home.path, detail: "a vector of expression that is not a vector"))
      }
      let faces = try store.faceTable().faces
      #expect(faces.isEmpty)
    }
  }
}
