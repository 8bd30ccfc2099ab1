import Foundation
import LikenessKit
import TestSupport
import Testing

/// Faces that were missed and are added by a box.
@Suite struct FaceCommandTests {
  /// Gives the work a gallery of a photo in which no face was found, for it was looked at with too high a minimum score.
  private func withGallery(
    _ work: (_ home: String, _ photo: URL, _ box: String) throws -> Void
  ) throws {
    try TestFiles.withTemporaryFolder { folder in
      let photo = folder.appendingPathComponent("IMG_0001.jpg")
      try Photo.load(contentsOf: Samples.photo("obama.jpg")).fitted(longestSide: 480)
        .jpegData(quality: 92).write(to: photo)
      let face = try #require(
        try FaceEngine().makeAnalyzer().analyze(Photo.load(contentsOf: photo)).faces.first)
      let home = folder.appendingPathComponent("gallery").path
      let added = try ProgramRun([
        "add", photo.path, "--minimum-score", "0.999", "--gallery", home,
      ])
      try #require(added.status == 2, "\(added.errors)")
      let place = face.box
      try work(home, photo, "\(place.x),\(place.y),\(place.width),\(place.height)")
    }
  }

  @Test func `a face that was missed is added, listed and removed`() throws {
    try withGallery { home, photo, box in
      func run(_ arguments: String...) throws -> ProgramRun {
        try ProgramRun(arguments + ["--gallery", home])
      }
      let refused = try run("faces", "add", photo.path, "--box", box, "--name", "Ann\nBob")
      #expect(refused.status != 0 && refused.output.isEmpty && refused.errorLines.count == 1)
      #expect(refused.errors.contains("a name with a line break or another control character"))
      let added = try run("faces", "add", photo.path, "--box", box, "--name", "Barack")
      #expect(added.status == 0 && added.errors.isEmpty)
      #expect(
        added.output.hasPrefix(
          "added face:1 (Barack) to photo:1: the detector sees it from close by, with a score of 0."
        ))
      let listed = try run("list", "faces").output
      #expect(listed.contains("Barack") && listed.hasSuffix("drawn\n"))
      #expect(try run("people").output.contains("Barack"))
      for change in ["person=a\nb", "mood=a\nb", "mo\tod=b"] {
        let labelled = try run("label", "face:1", change)
        #expect(labelled.status != 0 && labelled.errorLines.count == 1, "\(labelled.errors)")
        #expect(labelled.errors.contains("with a line break or another control character"))
      }
      let renamed = try run("people", "name", "Barack", "esc\u{1B}[31mred")
      #expect(renamed.status != 0 && renamed.errorLines.count == 1, "\(renamed.errors)")
      #expect(renamed.errors.contains("a name with a line break or another control character"))
      #expect(try run("list", "names").output.contains("Barack"))
      let again = try run("faces", "add", "photo:1", "--box", box)
      #expect(again.status == 1 && again.output.isEmpty && again.errorLines.count == 1)
      #expect(again.errors.contains("face:1 is in that place already"))

      let removed = try run("remove", "face:1")
      #expect(removed.output.hasPrefix("removed 1 face, 0 photos, 1 name (Barack)"))
      #expect(try run("list", "photos").output.contains("0 faces"))
    }
  }

  @Test func `an estimate is told`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let photo = folder.appendingPathComponent("blank.jpg")
      try Photo(width: 200, height: 200, pixels: Array(repeating: 90, count: 120_000))
        .jpegData(quality: 90).write(to: photo)
      let home = folder.appendingPathComponent("gallery").path
      #expect(try ProgramRun(["add", photo.path, "--gallery", home]).status == 2)
      func add(_ box: String, _ arguments: String...) throws -> ProgramRun {
        try ProgramRun(
          ["faces", "add", "blank.jpg", "--box", box, "--gallery", home] + arguments)
      }
      let first = try add("50,60,20,22")
      #expect(first.status == 0 && first.errorLines.count == 1)
      #expect(first.output.contains("its landmarks were estimated"))
      #expect(first.errors.contains("likeness label face:1 person=NAME"))
      let second = try add("120,60,20,22", "--name", "Ann", "--json")
      let json = try #require(try second.json() as? [String: Any])
      #expect(json["landmarksEstimated"] as? Bool == true && json["doubtful"] as? Bool == false)
      #expect(json["name"] as? String == "Ann" && json["score"] as? Double == 0)
      #expect((json["box"] as? [String: Double])?["x"] == 120)

      for (box, isBox, text) in [
        ("-90,10,40,40", true, "outside of the photo, which has 200 × 200 pixels"),
        ("10,10,5,40", true, "at least 12 pixels"), ("nan,1,20,20", true, "not finite"),
        ("1,2,3", false, "--box"), ("a,b,c,d", false, "--box"),
      ] {
        let refused = try add(box)
        #expect(refused.status == 64 && refused.output.isEmpty, "\(box)")
        #expect(refused.errors.contains(text), "\(box): \(refused.errors)")
        if isBox { #expect(refused.errorLines.count == 1) }
      }
      let unknown = try ProgramRun([
        "faces", "add", "other.jpg", "--box", "1,2,30,30", "--gallery", home,
      ])
      #expect(unknown.status == 2 && unknown.errorLines.count == 1)
    }
  }
}
