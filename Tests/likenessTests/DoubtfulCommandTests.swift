import Foundation
import GallerySQLite
import LikenessKit
import TestSupport
import Testing

/// What the program says and does with faces that are likely none.
@Suite struct DoubtfulCommandTests {
  /// Gives the work a gallery of some samples and of a photo of finds that are likely no faces: 4 looks like Obama, 5
  /// like Biden.
  private func withGallery(_ work: (String) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      let likeness = Likeness(gallery: home)
      try likeness.add(["obama.jpg", "biden.jpg", "obama2.jpg"].map { Samples.photo($0) })
      do {
        let store = try GalleryStore(at: home, access: .write)
        let faces = try store.faces(ids: [1, 2]).map { face, embedding in
          var quality = face.quality
          quality.confidence = 0.2
          return NewFace(
            name: nil, geometry: face.geometry, score: face.score, quality: quality,
            embedding: embedding, thumbnail: Data())
        }
        let model = try #require(try store.model())
        try store.add(
          [
            NewPhoto(
              digest: "flowers", file: PhotoFile(path: "/flowers.jpg", bytes: 1, modified: 0),
              width: 900, height: 900, turned: 0, faces: faces)
          ], model: model)
        #expect(try store.doubtfulFaces() == [4, 5])
      }
      try work(home.path)
    }
  }

  private func object(_ run: ProgramRun) throws -> [String: Any] {
    #expect(run.status == 0, "\(run.errors)")
    return try #require(try run.json() as? [String: Any])
  }

  private func list(_ any: Any?) throws -> [[String: Any]] {
    try #require(any as? [[String: Any]])
  }

  @Test func listsMarkThem() throws {
    try withGallery { home in
      let faces = try ProgramRun(["list", "faces", "--gallery", home]).output
        .split(separator: "\n")
      #expect(faces.map { $0.contains("doubtful") } == [false, false, false, true, true])
      let json = try list(try ProgramRun(["list", "faces", "--gallery", home, "--json"]).json())
      #expect(json.map { $0["doubtful"] as? Bool } == [false, false, false, true, true])
      #expect(json[3]["confidence"] as? Double == 0.2 && json[3]["name"] == nil)
      let photos = try ProgramRun(["list", "photos", "--gallery", home])
      #expect(photos.output.contains("2 faces, 2 doubtful  900×900"))
      #expect(photos.output.contains(" 1 face "))
      let info = try ProgramRun(["info", "--gallery", home])
      #expect(info.output.contains("5, 3 of them named, 2 doubtful\n"))
      // The thresholds are those of three faces.
      #expect(info.output.contains("among 3 faces"))
      let gallery = try #require(
        try object(try ProgramRun(["info", "--gallery", home, "--json"]))["gallery"]
          as? [String: Any])
      #expect(gallery["doubtfulFaces"] as? Int == 2 && gallery["faces"] as? Int == 5)
    }
  }

  @Test func theyAreAnswersOnlyWhereTheyAreAskedFor() throws {
    try withGallery { home in
      let photo = Samples.photo("obama3.jpg").path
      func results(_ arguments: [String]) throws -> [[String: Any]] {
        let answer = try object(try ProgramRun(arguments + ["--gallery", home, "--json"]))
        return try list(answer["results"] ?? list(answer["faces"]).first?["results"])
      }
      for arguments in [
        ["nearest", "obama", "--per", "photo"], ["search", photo, "--per", "photo"],
        ["compose", "obama - biden"],
      ] {
        let plain = try results(arguments)
        #expect(plain.allSatisfy { $0["doubtful"] as? Bool == false }, "\(arguments)")
        #expect(plain.allSatisfy { !([4, 5].contains($0["face"] as? Int)) })
        let all = try results(arguments + ["--include-doubtful"])
        let doubtful = all.filter { $0["doubtful"] as? Bool == true }
        #expect(Set(doubtful.map { $0["face"] as? Int }) == [4, 5], "\(arguments)")
        #expect(all.count == plain.count + 2, "\(arguments)")
        let text = try ProgramRun(arguments + ["--include-doubtful", "--gallery", home])
        #expect(text.output.contains("/flowers.jpg (doubtful)"), "\(arguments)")
      }
      let searched = try object(try ProgramRun(["search", photo, "--gallery", home, "--json"]))
      let face = try #require(try list(searched["faces"]).first)
      #expect(face["doubtful"] as? Bool == false && face.keys.contains("confidence"))
    }
  }

  @Test func theyAreNobody() throws {
    try withGallery { home in
      let people = try object(try ProgramRun(["people", "--gallery", home, "--json"]))
      let faces = try list(people["people"]).flatMap { try list($0["faces"]) }
      #expect(Set(faces.compactMap { $0["face"] as? Int }) == [1, 2, 3])
      let same = try ProgramRun(["same", "face:4", "--gallery", home])
      #expect(same.status == 2 && same.output.isEmpty && same.errorLines.count == 1)
      #expect(same.errors.contains("face:4 is doubtful"))
      let photo = try ProgramRun(["same", "/flowers.jpg", "--gallery", home])
      #expect(photo.status == 2 && photo.errors.contains("no face found; 2 doubtful detections"))
      // Whoever labels it says that it is a face.
      let label = try ProgramRun(["label", "face:4", "mood=glad", "--gallery", home])
      #expect(label.output == "1 of 1 face changed\n")
      #expect(try ProgramRun(["same", "face:4", "--gallery", home]).output.contains("obama.jpg"))
      #expect(
        try ProgramRun(["info", "--gallery", home]).output.contains("named, 1 doubtful\n"))
    }
  }

  @Test func whatIsFoundInAPhotoSaysHowSureItIs() throws {
    try TestFiles.withTemporaryFolder { folder in
      let photo = Samples.photo("obama.jpg").path
      for command in ["detect", "embed"] {
        let photos = try list(try ProgramRun([command, photo, "--json"]).json())
        let face = try #require(try list(photos[0]["faces"]).first)
        #expect(face["doubtful"] as? Bool == false && face.keys.contains("confidence"))
      }
      let crop = try ProgramRun(["crop", photo, "-o", folder.path, "--json"])
      let answer = try #require(try list(try crop.json()).first)
      #expect(answer["skipped"] as? Int == 0 && (answer["files"] as? [String])?.count == 1)
      let added = try object(
        try ProgramRun([
          "add", photo, "--gallery", folder.appendingPathComponent("g").path, "--json",
        ]))
      #expect(added["doubtful"] as? Int == 0 && added["faces"] as? Int == 1)
      for command in ["search", "nearest", "verify", "distance", "compose", "crop", "embed"] {
        let help = try ProgramRun([command, "--help"]).output
        #expect(help.contains("--include-doubtful"), "\(command)")
      }
    }
  }
}
