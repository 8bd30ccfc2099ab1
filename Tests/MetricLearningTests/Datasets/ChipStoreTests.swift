import Faces
import Foundation
import TestSupport
import Testing

@testable import MetricLearning

@Suite struct ChipStoreTests {
  @Test func `chips beyond the budget are cut out again, and are the same`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let all = try SampleData.chips(people: 1, takes: 1, side: 24, in: folder)
      let some = try SampleData.chips(
        people: 1, takes: 1, side: 24, in: folder, budget: 24 * 24 * 3 * 3)
      #expect(all.heldCount == 7 && some.heldCount == 3)
      for place in 0..<7 { #expect(try all.chip(place) == some.chip(place)) }
    }
  }

  @Test func `faces are found, and photos without one are left out with the reason`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let photos = ["obama", "obama2", "biden"].map { Samples.photo("\($0).jpg") }
      let noise = folder.appendingPathComponent("noise.png")
      try TestImage.scene(width: 200, height: 200).encoded(".png").write(to: noise)
      let broken = folder.appendingPathComponent("broken.png")
      try Data("no photo".utf8).write(to: broken)
      let data = LabelledDataset(
        attributes: ["person"],
        items: (photos + [noise, broken]).map {
          LabelledPhoto(
            url: $0, attributes: ["person": $0.deletingPathExtension().lastPathComponent])
        })
      var options = ChipOptions()
      (options.side, options.margin) = (96, 12)
      let engine = try FaceEngine()
      let store = try ChipStore.prepare(data, options, jobs: 2, engine: { engine })
      #expect(store.dataset.items.map(\.url) == photos)
      #expect(store.skipped.map(\.photo) == [noise.path, broken.path])
      #expect(store.skipped[0].reason == "no face found")
      #expect(store.skipped[1].reason.contains("is not an image"))

      options.memoryBudget = 0
      let lazy = try ChipStore.prepare(data, options, jobs: 1, engine: { engine })
      #expect(lazy.heldCount == 0)
      // The middle is what an analyzer hands to a network that sees as many pixels.
      let analyzer = try engine.makeAnalyzer()
      for (place, url) in photos.enumerated() {
        let chip = try store.chip(place)
        #expect(chip.side == 120)
        #expect(try lazy.chip(place) == chip)
        let photo = try Photo.load(contentsOf: url)
        let expected = try #require(try analyzer.placeLargestFace(in: photo))
          .chip(from: photo, side: 96, padding: 0.25)
        var difference = 0
        for y in 0..<96 {
          for x in 0..<(96 * 3) {
            difference += abs(
              Int(chip.pixels[(y + 12) * 360 + 36 + x]) - Int(expected.pixels[y * 288 + x]))
          }
        }
        #expect(Double(difference) / (96 * 96 * 3) < 4)
      }
    }
  }

  @Test func `too few faces are an error that says what else can be done`() throws {
    try TestFiles.withTemporaryFolder { folder in
      for name in ["A.NE1.1.png", "B.NE1.2.png"] {
        try TestImage.scene(width: 64, height: 64).encoded(".png")
          .write(to: folder.appendingPathComponent(name))
      }
      let data = try LabelledDataset.read(folder)
      #expect(throws: DatasetError.noFaces(photos: 2, firstReason: "no face found")) {
        try ChipStore.prepare(data, ChipOptions(), jobs: 1, engine: { try FaceEngine() })
      }
    }
  }

  @Test func `a crop takes the middle, or everything`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let image = TestImage(width: 60, height: 20) { x, _ in
        x < 20 ? [255, 0, 0] : x < 40 ? [0, 255, 0] : [0, 0, 255]
      }
      for name in ["A.NE1.1.png", "B.NE1.2.png"] {
        try image.encoded(".png").write(to: folder.appendingPathComponent(name))
      }
      let data = try LabelledDataset.read(folder)
      var options = ChipOptions()
      options.side = 20
      options.cropping = .centre
      let engine: () throws -> FaceEngine = { throw CocoaError(.featureUnsupported) }
      let centre = try ChipStore.prepare(data, options, jobs: 1, engine: engine).chip(0).photo
      #expect(centre[0, 10].green == 255 && centre[19, 10].green == 255 && centre[0, 10].red == 0)
      options.cropping = .whole
      let whole = try ChipStore.prepare(data, options, jobs: 1, engine: engine).chip(1).photo
      #expect(whole[1, 10].red > 250 && whole[10, 10].green > 250 && whole[18, 10].blue > 250)
    }
  }
}
