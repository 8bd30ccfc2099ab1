import Faces
import Foundation
import TestSupport
import Testing

@testable import LikenessEvaluation
@testable import LikenessKit

@Suite struct LabelPairingTests {
  private func answers(_ photos: [String], _ labels: [String]) -> [LabelPairing.Answer] {
    LabelPairing(photos: photos, labels: labels).answers
  }

  @Test func theSamePathCountsMost() {
    #expect(
      answers(["a/1.jpg", "b/1.jpg", "c.d.png"], ["b/1.txt", "a/1.txt", "c.d.txt"])
        == [.label(1), .label(0), .label(2)])
  }

  @Test func aUniqueNameSuffices() {
    #expect(
      answers(["images/x/1.jpg", "images/x/2.jpg"], ["labels/2.txt"]) == [.none, .label(0)])
  }

  @Test func commonFoldersDistinguishEqualNames() {
    #expect(
      answers(
        ["images/train/1.jpg", "images/val/1.jpg"], ["labels/val/1.txt", "labels/train/1.txt"])
        == [.label(1), .label(0)])
  }

  @Test func ambiguousLabelsAreLeftOut() {
    let several = answers(["1.jpg"], ["a/1.txt", "b/1.txt"])
    #expect(several == [.ambiguous("2 label files have its name")])
    let shared = answers(["a/1.jpg", "b/1.jpg"], ["labels/1.txt"])
    #expect(
      shared == [
        .ambiguous("its label file may be that of b/1.jpg as well"),
        .ambiguous("its label file may be that of a/1.jpg as well"),
      ])
  }

  @Test func aLabelIsOfOnePhotoOnly() {
    #expect(answers(["a/1.jpg", "b/1.jpg"], ["a/1.txt"]) == [.label(0), .none])
  }
}

@Suite struct LabelledPhotosTests {
  private func write(_ text: String, _ url: URL) throws {
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private static let voc =
    "<annotation><object><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox>"
    + "</object></annotation>"

  @Test func formatsAreRecognisedByTheFiles() throws {
    try TestFiles.withTemporaryFolder { folder in
      for name in ["photos/x/1.jpg", "photos/2.jpg", "photos/3.jpg"] {
        try write("", folder.appendingPathComponent(name))
      }
      let photos = folder.appendingPathComponent("photos")
      #expect(throws: DetectionLabelError.noLabels(path: photos.path, format: nil)) {
        try LabelledPhotos(folder: photos)
      }
      try write("face\n", photos.appendingPathComponent("classes.txt"))
      try write("0 0.5 0.5 0.1 0.1\n", photos.appendingPathComponent("x/1.txt"))
      try write("", photos.appendingPathComponent("2.txt"))
      let yolo = try LabelledPhotos(folder: photos)
      #expect(yolo.format == .yolo && yolo.photos.map(\.name) == ["2.jpg", "x/1.jpg"])
      #expect(yolo.leftOut == [.init(photo: "3.jpg", reason: "no labels")])
      #expect(yolo.labelsWithoutPhoto == 1)
      #expect(try yolo.photos.map { try $0.source.read().faces.count } == [0, 1])

      let voc = folder.appendingPathComponent("annotations")
      for name in ["1.xml", "other.xml"] { try write(Self.voc, voc.appendingPathComponent(name)) }
      let beside = try LabelledPhotos(folder: photos, labels: voc)
      #expect(beside.format == .voc && beside.photos.map(\.name) == ["x/1.jpg"])
      #expect(beside.labelsWithoutPhoto == 1 && beside.leftOut.count == 2)

      let list = folder.appendingPathComponent("wider_face_val_bbx_gt.txt")
      try write("2.jpg\n0\n0 0 0 0 0 0 0 0 0 0\ny/7.jpg\n1\n1 2 3 4 0 0 0 0 0 0\n", list)
      let wider = try LabelledPhotos(folder: photos, labels: list)
      #expect(wider.format == .wider && wider.photos.map(\.name) == ["2.jpg"])
      #expect(wider.labelsWithoutPhoto == 1)
      let all = LabelledPhotos.self
      #expect(
        throws: DetectionLabelError.severalFormats(path: folder.path, [.yolo, .voc, .wider])
      ) { try all.init(folder: folder) }
      #expect(try all.init(folder: folder, format: .voc).photos.count == 1)
      #expect(throws: DetectionLabelError.self) {
        try all.init(folder: photos, labels: list, format: .yolo)
      }
    }
  }

  @Test func foldersThatLeadNowhereAreErrors() throws {
    try TestFiles.withTemporaryFolder { folder in
      #expect(throws: DetectionLabelError.noPhotos(path: folder.path)) {
        try LabelledPhotos(folder: folder)
      }
      let none = folder.appendingPathComponent("none")
      #expect(throws: PhotoError.self) { try LabelledPhotos(folder: none) }
      try write("", folder.appendingPathComponent("1.jpg"))
      #expect(throws: DetectionLabelError.self) {
        try LabelledPhotos(folder: folder, labels: none)
      }
    }
  }
}
