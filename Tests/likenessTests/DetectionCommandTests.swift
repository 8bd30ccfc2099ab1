import Foundation
import LikenessKit
import TestSupport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A folder of photos with labels beside them.
private struct LabelledFolder {
  let url: URL
  var path: String { url.path }

  func write(_ name: String, _ data: Data) throws {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }

  func write(_ name: String, _ text: String) throws { try write(name, Data(text.utf8)) }

  func copy(_ sample: String, to name: String) throws {
    try write(name, Data(contentsOf: Samples.photo(sample)))
  }

  func evaluate(_ arguments: String...) throws -> ProgramRun {
    try ProgramRun(["evaluate", "detection", path] + arguments)
  }
}

private func withFolder(_ work: (LabelledFolder) throws -> Void) throws {
  try TestFiles.withTemporaryFolder { try work(LabelledFolder(url: $0)) }
}

private func object(_ value: Any?) throws -> [String: Any] {
  try #require(value as? [String: Any])
}

private func list(_ value: Any?) throws -> [[String: Any]] {
  try #require(value as? [[String: Any]])
}

/// Where dlib sees the faces of the sample photos; obama.jpg has 910 × 1137 pixels, biden.jpg 970 × 2204.
private let obama = (left: 349, top: 142, right: 617, bottom: 409)
private let biden = (left: 419, top: 241, right: 740, bottom: 562)

private func yolo(
  _ box: (left: Int, top: Int, right: Int, bottom: Int), _ width: Double, _ height: Double
) -> String {
  let middle = (Double(box.left + box.right) / 2 / width, Double(box.top + box.bottom) / 2 / height)
  return "0 \(middle.0) \(middle.1) \(Double(box.right - box.left) / width) "
    + "\(Double(box.bottom - box.top) / height)\n"
}

private func voc(
  _ box: (left: Int, top: Int, right: Int, bottom: Int), _ width: Int, _ height: Int
) -> String {
  """
  <annotation>
    <size><width>\(width)</width><height>\(height)</height><depth>3</depth></size>
    <object>
      <name>anybody</name>
      <bndbox><xmin>\(box.left)</xmin><ymin>\(box.top)</ymin><xmax>\(box.right)</xmax>
        <ymax>\(box.bottom)</ymax></bndbox>
    </object>
  </annotation>

  """
}

@Suite struct DetectionCommandTests {
  private let grey = Photo(width: 300, height: 200, pixels: Array(repeating: 128, count: 180_000))

  @Test func yoloLabelsAreCountedAgainst() throws {
    try withFolder { folder in
      try folder.copy("obama.jpg", to: "a/obama.jpg")
      // A second label in the grey of the wall, which nothing can find, and one too small to count.
      try folder.write(
        "a/obama.txt", yolo(obama, 910, 1137) + "0 0.05 0.9 0.05 0.05\n0 0.9 0.9 0.005 0.005\n")
      try folder.copy("biden.jpg", to: "biden.jpg")
      try folder.write("biden.txt", "")
      try folder.write("grey.png", grey.pngData())
      try folder.write("grey.txt", "\n")
      try folder.copy("obama2.jpg", to: "nobody's.jpg")
      let curve = folder.path + "/curve.svg"
      let table = folder.path + "/table.csv"
      let run = try folder.evaluate("--json", "--curve", curve, "-o", table)
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      let report = try object(run.json())
      #expect(report["format"] as? String == "yolo" && report["match"] as? String == "middle")
      #expect(report["photos"] as? Int == 3 && report["labels"] as? Int == 2)
      #expect(report["found"] as? Int == 1 && report["others"] as? Int == 1)
      #expect(report["ignoredLabels"] as? Int == 1 && report["ignoredDetections"] as? Int == 0)
      #expect(report["recall"] as? Double == 0.5 && report["precision"] as? Double == 0.5)
      // Whether the right one is the surer of the two.
      let scores = try [0.25, 0.5].contains(#require(report["averagePrecision"] as? Double))
      #expect(scores)
      let widths = try list(report["widths"])
      #expect(widths.map { $0["from"] as? Int } == [8, 16, 24, 40, 80, 200, 600])
      #expect(widths.map { $0["labels"] as? Int } == [0, 0, 0, 1, 0, 1, 0])
      #expect(widths.map { $0["found"] as? Int } == [0, 0, 0, 0, 0, 1, 0])
      #expect(widths[0]["recall"] is NSNull && widths[5]["recall"] as? Double == 1)
      #expect(widths[6]["to"] is NSNull)
      #expect(
        try list(report["withoutLabels"]).map { $0["photo"] as? String } == ["nobody's.jpg"])
      let timings = try list(report["timings"])
      #expect(timings.map { $0["photos"] as? Int } == [1, 2])
      #expect(timings.map { $0["upToMegapixels"] as? Double } == [0.3, 3])
      #expect(timings.allSatisfy { $0["decode"] is Double && $0["detect"] is Double })

      let lines = try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 3 && lines[0].hasPrefix("photo,x,y,width,height,score"))
      #expect(lines[1].hasPrefix("a/obama.jpg,") && lines[1].hasSuffix(",found,1"))
      #expect(lines[2].hasPrefix("biden.jpg,") && lines[2].hasSuffix(",other,"))
      let svg = try Data(contentsOf: URL(fileURLWithPath: curve))
      _ = try XMLDocument(data: svg)
      let drawing = String(decoding: svg, as: UTF8.self)
      for part in ["recall", "precision", "average precision 0.", "2 labelled faces in 3 photos"] {
        #expect(drawing.contains(part), "\(part)")
      }

      let text = try folder.evaluate()
      #expect(text.status == 0)
      for part in [
        "200 to 600 px            1      1  100.0 %", "all                      2      1   50.0 %",
        "3 with labels; 1 without, left out", "nobody's.jpg: no labels",
      ] {
        #expect(text.output.contains(part), "\(text.output)")
      }
    }
  }

  @Test func labelsLieElsewhereAndInOtherFormats() throws {
    try withFolder { folder in
      try folder.copy("obama.jpg", to: "photos/x/obama.jpg")
      try folder.copy("biden.jpg", to: "photos/y/biden.jpg")
      let photos = LabelledFolder(url: folder.url.appendingPathComponent("photos"))
      try folder.write("voc/obama.xml", voc(obama, 910, 1137))
      // Of the photo at half its size.
      try folder.write("voc/biden.xml", voc((209, 120, 370, 281), 485, 1102))
      try folder.write(
        "wider_face_val_bbx_gt.txt",
        """
        x/obama.jpg
        1
        349 142 268 267 0 0 0 0 0 0\u{20}
        y/biden.jpg
        1
        419 241 321 321 0 0 0 1 0 0\u{20}
        z/elsewhere.jpg
        0
        0 0 0 0 0 0 0 0 0 0\u{20}

        """)
      for match in ["middle", "iou"] {
        let run = try photos.evaluate(
          "--labels", folder.path + "/voc", "--json", "--match", match)
        let report = try object(run.json())
        #expect(report["format"] as? String == "voc" && report["match"] as? String == match)
        #expect(report["found"] as? Int == 2 && report["others"] as? Int == 0)
        #expect(report["averagePrecision"] as? Double == 1)
      }
      let wider = try object(
        try photos.evaluate(
          "--labels", folder.path + "/wider_face_val_bbx_gt.txt", "--json"
        ).json())
      #expect(wider["format"] as? String == "wider" && wider["found"] as? Int == 1)
      // The invalid one is neither missed nor false.
      #expect(wider["labels"] as? Int == 1 && wider["others"] as? Int == 0)
      #expect(wider["ignoredLabels"] as? Int == 1 && wider["ignoredDetections"] as? Int == 1)
      #expect(wider["labelsWithoutPhoto"] as? Int == 1)
    }
  }

  /// Labels are of the photo as it is shown.
  @Test func turnedPhotosAreLabelledUpright() throws {
    try withFolder { folder in
      let stored = try Photo.load(contentsOf: Samples.photo("obama.jpg")).turned(quarterTurns: 3)
      let data = TestFiles.jpeg(try stored.jpegData(), withOrientation: 6)
      try folder.write("turned.jpg", data)
      try folder.write("turned.txt", yolo(obama, 910, 1137))
      let run = try folder.evaluate("--json")
      #expect(try object(run.json())["found"] as? Int == 1)
      // A tool that does not turn photos writes the size that it saw.
      let other = LabelledFolder(url: folder.url.appendingPathComponent("stored"))
      try other.write("turned.jpg", data)
      try other.write("turned.xml", voc((142, 293, 409, 561), 1137, 910))
      let wrong = try other.evaluate("--quiet")
      #expect(wrong.status == 1 && wrong.errorLines.count == 1)
      #expect(wrong.errors.contains("turned.xml: the labels are of a photo of 1137 × 910 pixels"))
    }
  }

  @Test func whatCannotBeReadIsNamedAndTheRestCounted() throws {
    try withFolder { folder in
      try folder.copy("obama.jpg", to: "obama.jpg")
      try folder.write("obama.txt", yolo(obama, 910, 1137))
      try folder.copy("biden.jpg", to: "biden.jpg")
      try folder.write("biden.txt", "0 0.5 0.2 0.3 0.1\n0 0.5 0.2\n")
      try folder.write("words.jpg", "only words")
      try folder.write("words.txt", "0 0.5 0.5 0.3 0.3\n")
      for flag in ["--json", "--quiet"] {
        let run = try folder.evaluate(flag)
        #expect(run.status == 1 && run.errorLines.count == 2, "\(run.errors)")
        #expect(run.errorLines.allSatisfy { $0.hasPrefix("likeness: ") })
        #expect(run.errors.contains("biden.txt, line 2: "))
        #expect(run.errors.contains("words.jpg: is not an image"))
        if flag == "--json" {
          let report = try object(run.json())
          #expect(report["photos"] as? Int == 1 && report["found"] as? Int == 1)
          #expect(try list(report["unreadable"]).count == 2)
        } else {
          #expect(run.output.contains("1 with labels; 2 unreadable"))
        }
      }
    }
  }

  @Test func photosWithoutPeople() throws {
    try withFolder { folder in
      try folder.write("a/grey.png", grey.pngData())
      try folder.copy("obama.jpg", to: "b/obama.jpg")
      let table = folder.path + "/table.csv"
      let run = try folder.evaluate("--no-people", "--json", "--output", table)
      #expect(run.status == 0 && run.errors.isEmpty)
      let report = try object(run.json())
      #expect(report["photos"] as? Int == 2 && report["withFace"] as? Int == 1)
      #expect(report["withCertainFace"] as? Int == 1)
      let found = try list(report["found"])
      #expect(found.count == 1 && found[0]["photo"] as? String == "b/obama.jpg")
      #expect(found[0]["faces"] as? Int == 1 && found[0]["highestScore"] is Double)
      #expect(try list(report["timings"]).count == 2)
      let lines = try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 2 && lines[1].hasSuffix(",other,"))
      let text = try folder.evaluate("--no-people")
      #expect(text.output.contains("with a face                    1 of 2 photos, 50.0 %"))
      #expect(text.output.contains("b/obama.jpg"))
    }
  }

  @Test func nothingToCount() throws {
    try withFolder { folder in
      for arguments in [[], ["--no-people"]] {
        let run = try ProgramRun(["evaluate", "detection", folder.path] + arguments)
        #expect(run.status == 2 && run.output.isEmpty)
        #expect(run.errorLines == ["likeness: there are no photos in \(folder.path)"])
      }
      try folder.copy("obama.jpg", to: "obama.jpg")
      let none = try folder.evaluate("--format", "voc")
      #expect(none.status == 2 && none.errorLines.count == 1)
      #expect(none.errors.contains("no photo has Pascal VOC labels"))
      let nowhere = try ProgramRun(["evaluate", "detection", folder.path + "/none"])
      #expect(nowhere.status == 1 && nowhere.errors.contains("no such file"))
      try folder.write("obama.txt", yolo(obama, 910, 1137))
      try folder.write("obama.xml", voc(obama, 910, 1137))
      let several = try folder.evaluate()
      #expect(several.status == 1 && several.errors.contains("--format yolo or voc"))
      for arguments in [
        ["--format", "coco"], ["--match", "exact"], ["--curve", "curve.png"],
        ["--no-people", "--labels", folder.path],
      ] {
        #expect(
          try ProgramRun(["evaluate", "detection", folder.path] + arguments).status == 64)
      }
      let curve = folder.path + "/none/curve.svg"
      let unwritable = try folder.evaluate("--format", "yolo", "--curve", curve)
      #expect(unwritable.status == 1 && unwritable.errors.contains("cannot be written"))
    }
  }
}
