import Faces
import Foundation
import TestSupport
import Testing

@testable import LikenessEvaluation
@testable import LikenessKit

/// Expects a reader to refuse a line and to say why.
private func expectMalformed(
  line: Int, saying part: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ read: () throws -> Void
) {
  do {
    try read()
    Issue.record("it was read", sourceLocation: sourceLocation)
  } catch DetectionLabelError.malformed(let path, let found, let reason) {
    #expect(path == "labels", sourceLocation: sourceLocation)
    #expect(
      found == line && reason.contains(part), "\(found): \(reason)", sourceLocation: sourceLocation)
  } catch {
    Issue.record("\(error)", sourceLocation: sourceLocation)
  }
}

@Suite struct YOLOLabelTests {
  private func read(_ text: String) throws -> PhotoLabels {
    try YOLOLabels.read(LabelText(text, path: "labels"))
  }

  @Test func everyLineIsAFaceWhateverItsClass() throws {
    let labels = try read("0 0.5 0.5 0.25 0.5\r\n\r\n2 0.25 0.75 0.1 0.2 0.2 0.7 -1 -1 -1\n")
    #expect(
      try labels.faces(width: 400, height: 200) == [
        FaceLabel(box: Box(x: 150, y: 50, width: 100, height: 100)),
        FaceLabel(box: Box(x: 80, y: 130, width: 40, height: 40)),
      ])
  }

  @Test func anEmptyFileSaysThatThereAreNoFaces() throws {
    for text in ["", "\n", "\u{FEFF}\n  \n"] { #expect(try read(text).faces.isEmpty) }
  }

  @Test func boxesWithoutAnAreaAreIgnored() throws {
    let faces = try read("0 0.5 0.5 0 0.2\n0 -0.001 -0.0015 0.0 0.0\n0 0.99 0.5 0.04 0.1").faces
    #expect(faces.map(\.isIgnored) == [true, true, false])
  }

  @Test(arguments: [
    ("0 0.5 0.5 0.1 0.1\n0 0.5 0.5 0.1", 2, "4 fields"),
    ("0.5", 1, "1 field"),
    ("face 0.5 0.5 0.1 0.1", 1, "the class \"face\""),
    ("-1 0.5 0.5 0.1 0.1", 1, "the class \"-1\""),
    ("\n\n0 0.5 0.5 0.1 x", 3, "\"x\" is not a number"),
    ("0 0.5 0.5 nan 0.1", 1, "\"nan\" is not a number"),
    ("0 512 300 40 50", 1, "from 0 to 1, not 512 300 40 50"),
    ("0 0.5 0.5 -0.05 0.1", 1, "must not be negative"),
  ])
  func malformedLinesAreNamed(_ text: String, _ line: Int, _ part: String) {
    expectMalformed(line: line, saying: part) { _ = try read(text) }
  }

  @Test func bytesThatAreNoTextAreRefused() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("a.txt")
      try Data([0x30, 0x20, 0xFF, 0xFE]).write(to: file)
      #expect(
        throws: DetectionLabelError.unreadable(path: file.path, reason: "it is not UTF-8")
      ) { try LabelText(contentsOf: file) }
      #expect(throws: DetectionLabelError.self) {
        try LabelText(contentsOf: folder.appendingPathComponent("none.txt"))
      }
    }
  }
}

@Suite struct VOCLabelTests {
  private func read(_ text: String) throws -> PhotoLabels {
    try VOCLabels.read(Data(text.utf8), path: "labels")
  }

  private func object(_ name: String, _ box: (String, String, String, String), _ more: String = "")
    -> String
  {
    """
      <object>
        <name>\(name)</name>\(more)
        <bndbox>
          <xmin>\(box.0)</xmin>
          <ymin>\(box.1)</ymin>
          <xmax>\(box.2)</xmax>
          <ymax>\(box.3)</ymax>
        </bndbox>
      </object>

    """
  }

  private func file(_ objects: String, size: (Int, Int)? = (400, 200)) -> String {
    let size = size.map {
      "  <size><width>\($0.0)</width><height>\($0.1)</height><depth>3</depth></size>\n"
    }
    return "<annotation>\n" + (size ?? "") + objects + "</annotation>\n"
  }

  @Test func everyObjectIsAFaceWhateverItsClass() throws {
    let text = file(
      object("with_mask", ("10", "20", "60", "80"))
        + object("Mann &amp; Hut", (" 100.5 ", "0", "200", "100"), "<difficult>0</difficult>"))
    let labels = try read(text)
    #expect(labels.unit == .pixelsOf(width: 400, height: 200))
    #expect(
      try labels.faces(width: 400, height: 200) == [
        FaceLabel(box: Box(x: 10, y: 20, width: 50, height: 60)),
        FaceLabel(box: Box(x: 100.5, y: 0, width: 99.5, height: 100)),
      ])
    // The photo was made twice as large since.
    #expect(
      try labels.faces(width: 800, height: 400).first?.box
        == Box(x: 20, y: 40, width: 100, height: 120))
  }

  @Test func difficultObjectsAndThoseWithoutAnAreaAreIgnored() throws {
    let text = file(
      object("face", ("10", "20", "60", "80"), "<difficult>1</difficult>")
        + object("face", ("10", "20", "10", "80")) + object("face", ("10", "20", "11", "80")))
    #expect(try read(text).faces.map(\.isIgnored) == [true, true, false])
  }

  @Test func aFileWithoutObjectsSaysThatThereAreNoFaces() throws {
    #expect(try read("<annotation/>").faces.isEmpty)
    for size in [nil, (0, 0)] as [(Int, Int)?] {
      let labels = try read(file("", size: size))
      #expect(labels.faces.isEmpty && labels.unit == .pixels)
    }
  }

  @Test func boxesOfPartsAreNoFaces() throws {
    let part = "<part><name>head</name><bndbox><xmin>0</xmin></bndbox></part>"
    let faces = try read(file(object("person", ("10", "20", "60", "80"), part))).faces
    #expect(faces.map(\.box) == [Box(x: 10, y: 20, width: 50, height: 60)])
  }

  @Test func labelsOfAPhotoOfAnotherShapeAreRefused() throws {
    // As it is where a photo was labelled lying on its side.
    let labels = try read(file(object("face", ("10", "20", "60", "80"))))
    #expect(
      throws: DetectionLabelError.otherShape(
        path: "labels", labelled: "400 × 200", photo: "200 × 400")
    ) { try labels.faces(width: 200, height: 400) }
    // Of 1000 × 667 a third is 333 × 222.
    let shrunk = try read(file("", size: (1000, 667)))
    #expect(throws: Never.self) { try shrunk.faces(width: 333, height: 222) }
  }

  @Test func malformedFilesAreNamedWithTheirLine() {
    let good = object("face", ("10", "20", "60", "80"))
    for (text, line, part) in [
      ("", 1, "not well-formed"),
      ("0 0.5 0.5 0.1 0.1\n", 1, "not well-formed"),
      ("<annotation>\n</object></annotation>", 2, "not well-formed"),
      ("<annotation/>\n<annotation/>", 2, "not well-formed"),
      ("<html>\n<body/></html>", 1, "<html>, not <annotation>"),
      (file(good + "  <object>\n  </object>\n"), 12, "no bndbox"),
      (file(object("face", ("10", "20", "sixty", "80"))), 8, "xmax \"sixty\" is not a number"),
      (file(object("face", ("60", "20", "10", "80"))), 3, "ends before it begins"),
      (file("", size: (-1, 3)), 2, "width \"-1\""),
    ] {
      expectMalformed(line: line, saying: part) { _ = try read(text) }
    }
    expectMalformed(line: 11, saying: "not well-formed") {
      _ = try read(String(file(good).dropLast(14)))
    }
  }
}

@Suite struct WIDERLabelTests {
  private func read(_ text: String) throws -> [WIDERLabels.Entry] {
    try WIDERLabels(LabelText(text, path: "labels")).entries
  }

  @Test func theListIsRead() throws {
    let entries = try read(
      """
      0--Parade/0_Parade_1.jpg
      3
      449 330 122 149 0 0 0 0 0 0\u{20}
      10 20 30 40 2 0 0 1 0 0\u{20}
      10 20 0 40 2 0 0 0 0 0\u{20}
      1--Handshaking/1 shake.jpg
      0
      0 0 0 0 0 0 0 0 0 0\u{20}
      2--Demonstration/2.jpg
      0
      3--Riot/3.jpg
      1
      1 2 3 4

      """)
    #expect(
      entries.map(\.photo) == [
        "0--Parade/0_Parade_1.jpg", "1--Handshaking/1 shake.jpg", "2--Demonstration/2.jpg",
        "3--Riot/3.jpg",
      ])
    #expect(entries.map(\.labels.faces.count) == [3, 0, 0, 1])
    #expect(
      try entries[0].labels.faces(width: 1024, height: 768) == [
        FaceLabel(box: Box(x: 449, y: 330, width: 122, height: 149)),
        FaceLabel(box: Box(x: 10, y: 20, width: 30, height: 40), isIgnored: true),
        FaceLabel(box: Box(x: 10, y: 20, width: 0, height: 40), isIgnored: true),
      ])
  }

  @Test(arguments: [
    ("1 2 3 4 0 0 0 0 0 0", 1, "the path of a photo"),
    ("a.jpg", 2, "the number of faces of a.jpg"),
    ("a.jpg\nb.jpg\n", 2, "not \"b.jpg\""),
    ("a.jpg\n2\n1 2 3 4 0 0 0 0 0 0\n", 4, "only 1 follow"),
    ("a.jpg\n1\n1 2 3\n", 3, "not 3 fields"),
    ("a.jpg\n1\n1 2 3 wide 0 0 0 0 0 0\n", 3, "\"wide\" is not a number"),
    ("a.jpg\n1\n1 2 -3 4 0 0 0 0 0 0\n", 3, "must not be negative"),
    ("a.jpg\n0\n0 0 0 0 0 0 0 0 0 0\na.jpg\n0\n", 4, "a second time"),
    ("a.jpg\n0\n1 2 3 4 0 0 0 0 0 0\n", 3, "the path of a photo"),
  ])
  func malformedLinesAreNamed(_ text: String, _ line: Int, _ part: String) {
    expectMalformed(line: line, saying: part) { _ = try read(text) }
  }
}
