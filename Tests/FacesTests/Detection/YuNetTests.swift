import CKernels
import Foundation
import Testing

@testable import Faces

/// Against ONNX Runtime on the same files (Scripts/make-yunet-goldens.py).
@Suite struct YuNetTests {
  private struct Expected: Decodable {
    struct Find: Decodable {
      var score: Float
      var box: [Double]
      var landmarks: [[Double]]
    }
    var yunet: [String: Find]
    var sface: [String: [Float]]
  }

  private func expected() throws -> Expected {
    try JSONDecoder().decode(Expected.self, from: Goldens.data("yunet.json"))
  }

  private func compile(_ model: CatalogModel, shape: [Int]?) throws -> CompiledModel {
    try Networks.runtime().compile(
      ModelStore().load(model).file, shape: shape, precision: .f32, streams: 1)
  }

  @Test func `boxes, landmarks and scores are another runtime's`() throws {
    let network = try YuNet(model: compile(.yunet, shape: [1, 3, -1, -1]))
    for (file, find) in try expected().yunet {
      let photo = try Goldens.photo(file)
      let found = try network.faces(width: 640, height: 640, minimumScore: 0.4) { planes in
        ck_copy_rgb8_bgr_planes(
          photo.pixels, photo.width, photo.height, photo.width * 3, 0, 0, 0, planes, 640, 640)
      }
      #expect(found.count == 1, "\(file)")
      let face = try #require(found.first)
      #expect(abs(face.score - find.score) < 1e-3, "\(file)")
      let box = [face.box.x, face.box.y, face.box.width, face.box.height]
      for (a, b) in zip(box, find.box) { #expect(abs(a - b) < 0.1, "\(file)") }
      for (point, place) in zip(try #require(face.landmarks).points, find.landmarks) {
        // There, a pixel's corner is at whole numbers.
        #expect(abs(point.x + 0.5 - place[0]) < 0.1 && abs(point.y + 0.5 - place[1]) < 0.1)
      }
    }
  }

  @Test func `sizes in turn give what each gives alone`() throws {
    let network = try YuNet(model: compile(.yunet, shape: [1, 3, -1, -1]))
    let photo = try Goldens.photo("obama.png")
    func look(_ side: Int) throws -> [Detection] {
      try network.faces(width: side, height: side, minimumScore: 0.4) { planes in
        ck_copy_rgb8_bgr_planes(
          photo.pixels, photo.width, photo.height, photo.width * 3, 0, 0, 0, planes, side, side)
      }
    }
    let sides = [288, 320, 352, 384, 416, 448, 480, 512]
    let first = try sides.map(look)
    #expect(first.allSatisfy { $0.count == 1 })
    #expect(try sides.reversed().map(look) == first.reversed())
  }

  @Test func `embeddings by SFace are another runtime's`() throws {
    let sface = CatalogModel.sface
    let side = sface.input.width
    let network = try EmbeddingMember(
      model: compile(sface, shape: EmbeddingMember.shape(of: sface.input)),
      ModelStore().load(sface).manifest)
    for (file, embedding) in try expected().sface {
      let middle = try #require(
        Goldens.photo(file).cropped(
          to: PhotoRectangle(x: 19, y: 19, width: side, height: side)))
      let chip = FaceChip(side: side, pixels: middle.pixels)
      let found = try network.embeddings(of: [chip])[0].values
      #expect(found.count == 128)
      for (a, b) in zip(found, embedding) { #expect(abs(a - b) < 1e-4, "\(file)") }
    }
  }
}
