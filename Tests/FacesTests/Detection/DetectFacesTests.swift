import TestSupport
import Testing

@testable import Faces

@Suite struct DetectFacesTests {
  /// Boxes and scores are those of `analyze`, also where the photo lies on its side.
  @Test(arguments: 0..<4) func facesAreThoseThatAreAnalyzed(_ quarterTurns: Int) throws {
    let analyzer = try Networks.shared().makeAnalyzer()
    let photo = try Photo.load(contentsOf: Samples.photo("obama.jpg")).turned(
      quarterTurns: quarterTurns)
    let (found, analyzed) = (try analyzer.detectFaces(in: photo), try analyzer.analyze(photo).faces)
    #expect(found.count == 1 && found.map(\.score) == analyzed.map(\.score))
    for (a, b) in zip(found, analyzed) {
      #expect(abs(a.box.x - b.box.x) < 1e-6 && abs(a.box.y - b.box.y) < 1e-6)
      #expect(abs(a.box.width - b.box.width) < 1e-6 && abs(a.box.height - b.box.height) < 1e-6)
    }
  }

  @Test func boxesAreInPixelsOfTheFile() throws {
    let analyzer = try Networks.shared().makeAnalyzer()
    let whole = try Photo.load(contentsOf: Samples.photo("obama.jpg"))
    let small = try Photo.load(
      contentsOf: Samples.photo("obama.jpg"), limits: PhotoLimits(longestSide: 500))
    let boxes = try [whole, small].map { photo in
      try #require(try analyzer.detectFaces(in: photo).first).box
    }
    #expect(boxes[0].overlap(boxes[1]) > 0.8)
  }
}
