import Foundation
import TestSupport
import Testing

@testable import MetricLearning

@Suite struct LabelledDatasetTests {
  private func make(_ paths: [String], in folder: URL) throws {
    for path in paths {
      let file = folder.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("x".utf8).write(to: file)
    }
  }

  private func table(_ text: String, in folder: URL) throws -> URL {
    let file = folder.appendingPathComponent("labels.csv")
    try Data(text.utf8).write(to: file)
    return file
  }

  @Test func `a folder is a person, whatever folders are in it`() throws {
    try TestFiles.withTemporaryFolder { folder in
      try make(["anna/1.jpg", "anna/summer/2.png", "bert/1.JPG", "bert/notes.txt"], in: folder)
      let data = try LabelledDataset.read(folder)
      #expect(data.attributes == ["person"])
      #expect(data.items.map { $0.attributes["person"] } == ["anna", "anna", "bert"])
      try make(["stray.jpg"], in: folder)
      #expect(
        throws: DatasetError.outsideOfFolders(
          path: folder.appendingPathComponent("stray.jpg").path)
      ) {
        try LabelledDataset.read(folder)
      }
    }
  }

  @Test func `names give person and expression`() throws {
    try TestFiles.withTemporaryFolder { folder in
      try make(["KM.HA1.4.tiff", "KA.NE12.30.jpg", "deep/TM.SU2.png"], in: folder)
      let data = try LabelledDataset.read(folder)
      #expect(data.attributes == ["person", "expression"])
      let labels = data.items.map { [$0.attributes["person"], $0.attributes["expression"]] }
      #expect(labels == [["KA", "NE"], ["KM", "HA"], ["TM", "SU"]])
      try make(["holiday.jpg"], in: folder)
      #expect(throws: DatasetError.badName(path: folder.appendingPathComponent("holiday.jpg").path))
      {
        try LabelledDataset.read(folder, layout: .names)
      }
    }
  }

  @Test(arguments: [
    "a.b.jpg", "KM.HA.4.jpg", "KM.12.4.jpg", ".HA1.4.jpg", "KM.HA1.x.jpg", "KM.HA1",
  ])
  func `other names are not taken for JAFFE's`(_ name: String) {
    #expect(PhotoName(URL(fileURLWithPath: name)) == nil)
  }

  @Test func `a table has any number of attributes, and quoted fields`() throws {
    try TestFiles.withTemporaryFolder { folder in
      try make(["one.jpg", "in, quotes.jpg", "two\nlines.jpg"], in: folder)
      let file = try table(
        "\u{FEFF}person,path,pose,\"the \"\"mood\"\"\"\r\nAnna,one.jpg,left,glad\r\n\r\n"
          + "\"O'Hara, B.\",\"in, quotes.jpg\",right,sad\r\nC,\"two\nlines.jpg\",left,sad",
        in: folder)
      let data = try LabelledDataset.read(file)
      #expect(data.attributes == ["person", "pose", "the \"mood\""])
      #expect(try data.values(of: "person") == ["Anna", "C", "O'Hara, B."])
      #expect(data.items[1].url.lastPathComponent == "in, quotes.jpg")
      #expect(try data.classes(of: "pose") == [0, 1, 0])
      #expect(throws: DatasetError.unknownAttribute("age", known: data.attributes)) {
        try data.values(of: "age")
      }
    }
  }

  @Test(arguments: [
    ("path,person\none.jpg,A\n\nnone.jpg,B\n", "line 4: there is no photo none.jpg"),
    ("path,person\none.jpg\n", "line 2: 1 fields instead of 2"),
    ("path,person\none.jpg,\n", "line 2: person is empty"),
    ("path,person\n\"a\nb\",A\n\"one.jpg,A\n", "line 4: the quote is never closed"),
    ("path,person\no\"ne.jpg,A\n", "line 2: a quote in the middle of a field"),
    ("path,person\n\"one\".jpg,A\n", "line 2: text behind a closing quote"),
    ("path,path\none.jpg,A\n", "line 1: two columns are called \"path\""),
    ("path,\none.jpg,A\n", "line 1: column 2 has no name"),
    ("name,person\none.jpg,A\n", "line 1: there is no column \"path\", only name, person"),
    ("path\none.jpg\n", "line 1: there is no column \"person\", only path"),
    ("path,person\n", "there are no photos"), ("", "there are no photos"),
  ]) func `an error says in which line`(_ text: String, _ message: String) throws {
    try TestFiles.withTemporaryFolder { folder in
      try make(["one.jpg"], in: folder)
      let file = try table(text, in: folder)
      let error = #expect(throws: DatasetError.self) { try LabelledDataset.read(file) }
      let said = error?.description ?? ""
      #expect(said.hasPrefix(file.path) && said.hasSuffix(message), "\(said)")
    }
  }

  @Test func `nothing to learn from is said so`() throws {
    try TestFiles.withTemporaryFolder { folder in
      #expect(throws: DatasetError.noPhotos(path: folder.path)) { try LabelledDataset.read(folder) }
      let none = folder.appendingPathComponent("none")
      #expect(throws: DatasetError.missing(path: none.path)) { try LabelledDataset.read(none) }
      try make(["anna/1.jpg", "anna/2.jpg"], in: folder)
      #expect(throws: DatasetError.oneValue(attribute: "person", value: "anna")) {
        try LabelledDataset.read(folder).checkLearnable(["person"])
      }
      try FileManager.default.removeItem(at: folder.appendingPathComponent("anna/2.jpg"))
      try make(["bert/1.jpg"], in: folder)
      #expect(throws: DatasetError.nothingShared(attribute: "person")) {
        try LabelledDataset.read(folder).checkLearnable(["person"])
      }
      try make(["bert/2.jpg"], in: folder)
      try LabelledDataset.read(folder).checkLearnable(["person"])
    }
  }
}
