import Foundation
import LikenessKit
import TestSupport
import Testing

/// Removing many at once, what would go, and photos whose files are gone.
@Suite struct RemovalCommandTests {
  /// Gives the work a gallery of copies of four samples.
  private func withGallery(_ work: (_ home: String, _ photos: URL) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let photos = folder.appendingPathComponent("photos")
      try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: true)
      for name in ["biden.jpg", "obama.jpg", "obama2.jpg", "obama_small.jpg"] {
        let sample = name == "obama_small.jpg" ? "obama3.jpg" : name
        try FileManager.default.copyItem(
          at: Samples.photo(sample), to: photos.appendingPathComponent(name))
      }
      let home = folder.appendingPathComponent("gallery")
      try Likeness(gallery: home).add([photos])
      try work(home.path, photos)
    }
  }

  private func names(_ home: String) throws -> [String] {
    try Likeness(gallery: URL(fileURLWithPath: home)).names.all()
  }

  @Test func `any number goes at once, and nothing where one is unknown`() throws {
    try withGallery { home, photos in
      let before = try names(home)
      #expect(before == ["biden", "obama", "obama2", "obama_small"])
      let unknown = try ProgramRun(["remove", "obama", "nobody", "--gallery", home])
      #expect(unknown.status == 2 && unknown.errorLines.count == 1)
      #expect(unknown.errors.contains("nobody"))
      let bare = try ProgramRun(["remove", "1", "--gallery", home])
      #expect(bare.status == 64 && bare.errors.contains("face:1 or photo:1 or person:1"))
      #expect(try names(home) == before)
      let preview = try ProgramRun([
        "remove", "obama", photos.appendingPathComponent("obama2.jpg").path, "--dry-run",
        "--gallery",
        home,
      ])
      #expect(preview.status == 0)
      #expect(preview.output.contains("would remove 2 faces, 2 photos, 2 names (obama, obama2)"))
      #expect(preview.output.contains(photos.appendingPathComponent("obama.jpg").path))
      #expect(try names(home) == before)
      let faces = try Likeness(gallery: URL(fileURLWithPath: home)).faces.list()
      let some = faces.filter { ["obama", "obama2"].contains($0.name) }.map(\.face)
      let removed = try ProgramRun([
        "remove", "--face", "\(some[0])", "--face", some[1].reference, "--gallery", home,
      ])
      #expect(removed.status == 0)
      #expect(removed.output.hasPrefix("removed 2 faces, 2 photos, 2 names (obama, obama2)"))
      #expect(try names(home) == ["biden", "obama_small"])
    }
  }

  @Test func `names come from a file, too`() throws {
    try withGallery { home, photos in
      let list = photos.deletingLastPathComponent().appendingPathComponent("list.txt")
      try Data("obama\n\n  obama2 \nphotos/*_small.jpg\n".utf8).write(to: list)
      let json = try ProgramRun(["remove", "--from", list.path, "--json", "--gallery", home])
      #expect(json.status == 2, "a pattern is of whole paths or of file names")
      try Data("obama\n\n  obama2 \n*_small.jpg\n".utf8).write(to: list)
      let run = try ProgramRun(["remove", "--from", list.path, "--json", "--gallery", home])
      let receipt = try #require(try run.json() as? [String: Any])
      #expect(receipt["names"] as? [String] == ["obama", "obama2", "obama_small"])
      let piped = try ProgramRun(["remove", "--from", "-", "--gallery", home], input: "biden\n")
      #expect(piped.status == 0)
      #expect(try names(home).isEmpty)
      try Data("\n  \n".utf8).write(to: list)
      let empty = try ProgramRun(["remove", "--from", list.path, "--gallery", home])
      #expect(empty.status == 64 && empty.errors.contains("\(list.path) names nothing to remove"))
      #expect(try ProgramRun(["remove", "--from", "/none", "--gallery", home]).status == 64)
      #expect(try ProgramRun(["remove", "--gallery", home]).status == 64)
    }
  }

  @Test func `an unnamed person is asked for and removed by number`() throws {
    try withGallery { home, _ in
      let likeness = Likeness(gallery: URL(fileURLWithPath: home))
      let faces = try likeness.faces.list().filter { $0.name?.hasPrefix("obama") == true }
      for face in faces { try likeness.faces.setName(nil, of: face.face) }
      let people = try ProgramRun(["people", "--gallery", home])
      let line = try #require(
        people.output.split(separator: "\n").first { $0.contains("3 faces") }.map(String.init))
      let person = try #require(line.split(separator: " ").first.map(String.init))
      #expect(person.hasPrefix("person:"))
      let same = try ProgramRun(["same", person, "--gallery", home])
      #expect(same.status == 0 && same.output.contains("obama2.jpg"))
      #expect(try ProgramRun(["nearest", person, "--gallery", home]).output.contains("biden"))
      let distance = try ProgramRun(["distance", person, "biden", "--gallery", home])
      #expect(distance.status == 0 && distance.output.hasPrefix("l2 "))
      #expect(try ProgramRun(["label", person, "mood=glad", "--gallery", home]).status == 0)
      let removed = try ProgramRun(["remove", person, "--gallery", home])
      #expect(removed.output.hasPrefix("removed 3 faces, 3 photos, 0 names"))
      #expect(try names(home) == ["biden"])
    }
  }

  /// As a path it would mean all photos below the current folder.
  @Test func anEmptyTextMeansNothing() throws {
    try TestFiles.withTemporaryFolder { folder in
      let gallery = folder.appendingPathComponent("gallery").path
      let photo = folder.appendingPathComponent("biden.jpg")
      try FileManager.default.copyItem(at: Samples.photo("biden.jpg"), to: photo)
      #expect(try ProgramRun(["add", photo.path, "--gallery", gallery]).status == 0)
      for words in [
        ["remove", ""], ["remove", "biden", " "], ["label", "", "a=b"], ["add", ""],
      ] {
        let run = try ProgramRun(words + ["--gallery", gallery], in: folder)
        #expect(run.status == 64 && run.output.isEmpty, "\(words): \(run.output)\(run.errors)")
      }
      #expect(try ProgramRun(["list", "faces", "--gallery", gallery]).output.contains("biden"))
    }
  }

  @Test func `faces of the same person that do not go by the name are told`() throws {
    try withGallery { home, _ in
      let likeness = Likeness(gallery: URL(fileURLWithPath: home))
      for face in try likeness.faces.list() where face.name?.hasPrefix("obama") == true {
        try likeness.faces.setName(face.name == "obama2" ? nil : "barack", of: face.face)
      }
      let rest = try #require(try likeness.faces.list().first { $0.name == nil }?.face)
      let person = try #require(
        try likeness.people.list().people.first { $0.faces.map(\.face).contains(rest) })
      try #require(person.name == "barack" && !person.given && person.faces.count == 3)
      func run(_ arguments: String...) throws -> ProgramRun {
        try ProgramRun(["remove", "barack"] + arguments + ["--gallery", home])
      }
      let line =
        "\(person.id.reference) has 1 more face that does not go by the name; "
        + "likeness remove \(person.id.reference) takes it"
      #expect(try run("--dry-run").output.contains(line))
      let preview = try #require(try run("--dry-run", "--json").json() as? [String: Any])
      let remaining = try #require(preview["remainingPeople"] as? [[String: Any]])
      #expect(remaining.count == 1 && (remaining[0]["faces"] as? [Any])?.count == 1)
      // Nothing to tell where they go, too.
      let whole = try run(person.id.reference, "--dry-run").output
      #expect(whole.hasPrefix("would remove 3 faces") && !whole.contains("more face"))
      let removed = try run()
      #expect(removed.status == 0 && removed.output.contains(" still has 1 face that did not go"))
      #expect(removed.output.contains("likeness remove \(rest.reference) takes it"))
      let last = try ProgramRun(["remove", rest.reference, "--gallery", home])
      #expect(last.status == 0 && !last.output.contains("still has"))
      #expect(try likeness.faces.list().map(\.name) == ["biden"])
    }
  }

  @Test func `photos that still show who was removed are told, blurred or removed`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      let file = folder.appendingPathComponent("both.jpg")
      let own = try Samples.together("obama.jpg", "biden.jpg")
      try own.write(to: file)
      let likeness = Likeness(gallery: home)
      let upload = try Samples.together("obama.jpg", "biden.jpg", side: 640)
      let kept = try likeness.add([PhotoUpload(data: upload, title: "kept.jpg")])[0]
      try likeness.add([file])
      let faces = try likeness.faces.list()
      try #require(faces.count == 4 && kept.faces.count == 2)
      let other = try #require(faces.map(\.face).first { !kept.faces.contains($0) })
      let some = [kept.faces[0].reference, other.reference]
      func run(_ arguments: [String]) throws -> ProgramRun {
        try ProgramRun(["remove"] + arguments + ["--gallery", home.path])
      }
      #expect(try run(some + ["--blur", "--with-photos"]).status == 64)
      let preview = try run(some + ["--dry-run"])
      #expect(preview.output.contains("would still be seen on 2 photos, with others"))
      #expect(preview.output.contains(file.path))
      #expect(preview.errors.contains("--blur covers the faces in 1 copy"))
      let whole = try run(some + ["--dry-run", "--with-photos", "--json"])
      let going = try #require(try whole.json() as? [String: Any])
      #expect((going["faces"] as? [Any])?.count == 4)
      #expect((going["sharedPhotos"] as? [Any])?.isEmpty == true)

      let removed = try run(some + ["--blur"])
      #expect(removed.status == 0 && removed.output.hasPrefix("removed 2 faces, 0 photos"))
      #expect(removed.output.contains("covered for good in the gallery's copies of 1 photo"))
      #expect(
        removed.output.contains(
          "still to be seen on 1 photo, with others; files and file names are kept"))
      #expect(removed.output.contains(file.path))
      #expect(try Data(contentsOf: file) == own)
      #expect(try likeness.photos.keptFile(kept.photo) != upload)
    }
  }

  @Test func `prune says what is gone before it goes`() throws {
    try withGallery { home, photos in
      let none = try ProgramRun(["gallery", "prune", "--gallery", home])
      #expect(none.status == 0 && none.output == "no photo of the gallery is gone\n")
      let gone = photos.appendingPathComponent("obama.jpg")
      try FileManager.default.removeItem(at: gone)
      for arguments in [["--dry-run"], []] {
        let run = try ProgramRun(["gallery", "prune", "--gallery", home] + arguments)
        #expect(run.status == 0 && run.output == "gone: \(gone.path)\n")
        #expect(run.errors.contains("--yes") == arguments.isEmpty)
      }
      #expect(try names(home).contains("obama"))
      let pruned = try ProgramRun(["gallery", "prune", "--yes", "--gallery", home])
      #expect(pruned.output.contains("removed 1 photo with 1 face; nobody is named obama any more"))
      #expect(try !names(home).contains("obama"))
      try FileManager.default.moveItem(
        at: photos, to: photos.deletingLastPathComponent().appendingPathComponent("away"))
      let unmounted = try ProgramRun(["gallery", "prune", "--yes", "--gallery", home])
      #expect(unmounted.output == "no photo of the gallery is gone\n")
      #expect(unmounted.errors.contains("--missing-folders"))
      let all = try ProgramRun([
        "gallery", "prune", "--yes", "--missing-folders", "--json", "--gallery", home,
      ])
      let answer = try #require(try all.json() as? [String: Any])
      #expect(((answer["removed"] as? [String: Any])?["photos"] as? [String])?.count == 3)
    }
  }
}
