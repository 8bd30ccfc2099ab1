import Foundation
import LikenessKit
import TestSupport
import Testing

/// Faces that the user drew stay when a gallery is given another model.
@Suite struct DrawnFaceUpgradeTests {
  @Test func `a face that was drawn is embedded as if it were drawn now`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let models = try UpgradeSamples.models(in: folder)
      let photos = folder.appendingPathComponent("photos")
      _ = try UpgradeSamples.photos(2, in: photos)
      // Nothing is seen in it, by the upgrade neither.
      let rows = (0..<200).map { y -> [UInt8] in
        (0..<240).flatMap { x -> [UInt8] in [UInt8(x), UInt8(y), 128] }
      }
      let pixels = rows.flatMap(\.self)
      try Photo(width: 240, height: 200, pixels: pixels).jpegData(quality: 90).write(
        to: photos.appendingPathComponent("IMG_0001.jpg"))
      let box = Box(x: 60, y: 40, width: 90, height: 100)
      func gallery(_ name: String, model: String?) throws -> (Likeness, FaceEntry) {
        let likeness = UpgradeSamples.likeness(
          .folder(folder.appendingPathComponent(name)), models, model: model)
        try likeness.add([photos])
        let photo = try #require(try likeness.photos.list().first { $0.faces == 0 })
        return (likeness, try likeness.addFace(in: box, of: photo.id, name: "Ann"))
      }
      let (likeness, drawn) = try gallery("gallery", model: nil)
      let (fresh, expected) = try gallery("fresh", model: UpgradeSamples.model)
      let summary = try likeness.upgrade.run(to: UpgradeSamples.model)
      #expect(summary.outcome == .done && summary.missing.isEmpty && summary.atFormerPlace == 0)
      let entry = try likeness.faces.entry(drawn.face.id)
      #expect(entry.face.isDrawn && entry.name == "Ann" && entry.isEmbedded)
      #expect(entry.face.geometry == drawn.face.geometry)
      #expect(
        try likeness.faces.embedding(of: drawn.face.id)
          == fresh.faces.embedding(of: expected.face.id))
    }
  }
}
