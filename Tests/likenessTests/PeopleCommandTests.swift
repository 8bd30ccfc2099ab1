import Foundation
import GallerySQLite
import LikenessKit
import TestSupport
import Testing

@Suite struct PeopleCommandTests {
  private func withGallery(_ photos: [String], _ work: (String) throws -> Void) throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery").path
      if photos.isEmpty {
        _ = try GalleryStore(at: URL(fileURLWithPath: home), access: .write, create: true)
      } else {
        let run = try ProgramRun(
          ["add", "--gallery", home] + photos.map { Samples.photo($0).path })
        #expect(run.status == 0)
      }
      try work(home)
    }
  }

  private func people(
    _ arguments: [String], _ home: String, input: String? = nil
  ) throws -> ProgramRun {
    try ProgramRun(["people"] + arguments + ["--gallery", home], input: input)
  }

  private func list(_ home: String) throws -> [[String: Any]] {
    let run = try people(["--json"], home)
    #expect(run.status == 0 && run.errors.isEmpty)
    let answer = try #require(try run.json() as? [String: Any])
    return try #require(answer["people"] as? [[String: Any]])
  }

  @Test func thePeopleComeInTheAgreedShape() throws {
    try withGallery(["obama.jpg", "obama2.jpg", "biden.jpg"]) { home in
      let people = try list(home)
      #expect(people.count == 2)
      let first = people[0]
      #expect(first["id"] is Int && first["name"] is NSNull && first["given"] as? Bool == false)
      let faces = try #require(first["faces"] as? [[String: Any]])
      #expect(faces.count == 2)
      #expect(faces[0]["face"] is Int)
      #expect(faces[0]["photo"] as? String == Samples.photo("obama.jpg").path)
      #expect(people[1]["name"] as? String == "biden")
      let table = try self.people([], home).output
      #expect(table.contains("2 faces") && table.contains("obama.jpg, obama2.jpg"))
      #expect(try self.people(["--min-faces", "2"], home).output.contains("biden") == false)
    }
  }

  @Test func galleriesWithFewOrNoFaces() throws {
    for photos in [[], ["obama.jpg"], ["obama.jpg", "biden.jpg"]] {
      try withGallery(photos) { home in
        #expect(try list(home).count == photos.count)
        for arguments in [
          [], ["--again"], ["--algorithm", "chinese-whispers"],
          ["--algorithm", "connected-components"], ["--merge-suggestions"],
        ] {
          #expect(try people(arguments, home).status == 0, "\(photos) \(arguments)")
        }
        let suggestions = try people(["--merge-suggestions", "--json"], home).json()
        #expect((suggestions as? [String: Any])?["suggestions"] is [Any])
        #expect(try people(["undo"], home).status == 2)
        let history = try people(["history", "--json"], home).json()
        #expect(((history as? [String: Any])?["history"] as? [Any])?.isEmpty == true)
      }
    }
  }

  @Test func datesOfPeople() throws {
    try withGallery(["obama.jpg"]) { home in
      let photo = Samples.photo("obama.jpg").path
      let photos = try ProgramRun(["list", "photos", "--gallery", home])
      #expect(photos.output.contains("2012-12-06 15:46:01"))
      let json = try ProgramRun(["list", "photos", "--json", "--gallery", home]).json()
      #expect((json as? [[String: Any]])?.first?["taken"] as? String == "2012-12-06T15:46:01")

      _ = try list(home)
      #expect(try people(["name", "person:1", "Ann"], home).status == 0)
      let died = try people(["dates", "person:1", "--died", "2010"], home)
      #expect(
        died.status == 0 && died.output.contains("set the dates of \"Ann\" (person:1): died 2010"))
      #expect(died.errors.contains("face:1 in \(photo), taken on 2012-12-06"))
      let born = try people(["dates", "Ann", "--born", "1961-08-04", "--json"], home)
      let answer = try #require(try born.json() as? [String: Any])
      #expect(answer["contradicting"] as? [Int] == [1] && born.errors.isEmpty)
      #expect(try people([], home).output.contains("Ann (born 1961-08-04, died 2010)"))
      let person = try #require(try list(home).first)
      #expect(person["born"] as? String == "1961-08-04" && person["died"] as? String == "2010")
      #expect(try people(["dates", "Ann"], home).status == 64)
      for wrong in ["4.8.1961", "1961-02-30", ""] {
        #expect(try people(["dates", "Ann", "--born", wrong], home).status == 64, "\(wrong)")
      }
      let late = try people(["dates", "Ann", "--born", "2011"], home)
      #expect(late.status != 0 && late.errors.contains("cannot be born 2011, died 2010"))
      #expect(try people(["dates", "Ann", "--died", "none"], home).errors.isEmpty)
      #expect(try people(["undo"], home).output.contains("set the dates"))
      #expect(try people([], home).output.contains("died 2010"))
    }
  }

  @Test func hidingAndCovers() throws {
    try withGallery(["obama.jpg", "obama2.jpg", "biden.jpg"]) { home in
      let first = try list(home)
      let biden = "person:\(try #require(first[1]["id"] as? Int))"
      #expect(try people(["hide"], home).status == 64)
      #expect(try people(["hide", biden, "--face", "obama2.jpg"], home).output.contains("hid"))
      let shown = try people([], home)
      #expect(!shown.output.contains("biden") && shown.output.contains("1 face"))
      #expect(shown.errors.contains("1 hidden person left out") && shown.status == 0)
      let answer = try #require(try people(["--json", "--quiet"], home).json() as? [String: Any])
      #expect(answer["hidden"] as? Int == 1)
      let all = try people(["--include-hidden"], home)
      #expect(all.output.contains("biden (hidden)") && all.errors.isEmpty)
      #expect(try ProgramRun(["info", "--gallery", home]).output.contains("2 hidden"))
      let faces = try ProgramRun(["list", "faces", "--gallery", home]).output
      #expect(faces.split(separator: "\n").count { $0.hasSuffix("  hidden") } == 2)
      let json = try ProgramRun(["list", "faces", "--json", "--gallery", home]).json()
      #expect((json as? [[String: Any]])?.count { $0["hidden"] as? Bool == true } == 2)
      let report = try ProgramRun(["report", "--output", home + "/r.html", "--gallery", home])
      #expect(report.output.contains("1 face") && report.errors.contains("2 hidden faces left out"))
      let shownAll = try ProgramRun(
        ["report", "--include-hidden", "--output", home + "/r.html", "--gallery", home])
      #expect(shownAll.output.contains("3 faces") && !shownAll.errors.contains("hidden"))
      let nearest = try ProgramRun(["nearest", "obama", "--per", "photo", "--gallery", home])
      #expect(!nearest.output.contains("biden") && nearest.errors.contains("2 hidden faces"))
      let whole = try ProgramRun(
        ["nearest", "obama", "--per", "photo", "--include-hidden", "--gallery", home])
      #expect(whole.output.contains("biden"))
      let composed = try ProgramRun(["compose", "obama.jpg", "--gallery", home])
      #expect(composed.status == 0 && composed.output.isEmpty)
      #expect(composed.errors.contains("2 hidden faces left out; --include-hidden"))
      let composedWhole = try ProgramRun(
        ["compose", "obama.jpg", "--include-hidden", "--gallery", home])
      #expect(composedWhole.output.contains("biden.jpg"))
      #expect(!composedWhole.errors.contains("hidden"))
      // The face that is asked for is shown; the other of the person is hidden.
      let same = try ProgramRun(["same", "obama.jpg", "--gallery", home])
      #expect(!same.output.contains("obama2.jpg") && same.errors.contains("1 hidden face left out"))
      let sameWhole = try ProgramRun(["same", "obama.jpg", "--include-hidden", "--gallery", home])
      #expect(sameWhole.output.contains("obama2.jpg") && !sameWhole.errors.contains("hidden"))
      #expect(try ProgramRun(["same", biden, "--gallery", home]).output.contains("biden.jpg"))
      #expect(try people(["show", biden], home).output.contains("showed"))
      #expect(try list(home).count == 2)
      #expect(try people(["show", "--face", "obama2.jpg"], home).output.contains("showed a face"))
      let obama = try #require(try list(home)[0]["id"] as? Int)
      #expect(
        try people(["cover", "person:\(obama)", "obama2.jpg"], home).output.contains("cover"))
      #expect(try list(home)[0]["coverChosen"] as? Bool == true)
      #expect(try people(["cover", "person:\(obama)", "biden.jpg"], home).status == 64)
      let history = try people(["history"], home)
      #expect(history.output.split(separator: "\n").allSatisfy { $0.contains(NSUserName()) })
      for _ in 0..<4 { #expect(try people(["undo"], home).status == 0) }
      #expect(try people(["undo"], home).status == 2)
      #expect(try list(home).count == 2)
    }
  }

  @Test func facesAmongPeopleAreFacesOrRefused() throws {
    try withGallery(["obama.jpg", "biden.jpg"]) { home in
      #expect(try list(home).count == 2)
      let hid = try people(["hide", "face:1"], home)
      #expect(hid.status == 0 && hid.output.contains("hid a face"))
      #expect(try people(["show", "face:1", "--face", "face:2"], home).output.contains("showed"))
      #expect(try list(home).count == 2)
      #expect(try people(["hide", "face:99"], home).status == 2)
      for reference in ["face:2", "photo:1"] {
        let dates = try people(["dates", reference, "--born", "1961"], home)
        #expect(dates.status == 64 && dates.errorLines.count == 1)
        #expect(dates.errors.contains("\(reference) is not a person: write a name or a number"))
      }
    }
  }

  @Test func aNameThatNoFaceGoesByIsNotKnown() throws {
    try withGallery(["obama.jpg", "biden.jpg"]) { home in
      let people = try list(home)
      let biden = try #require(people.first { $0["name"] as? String == "biden" }?["id"] as? Int)
      #expect(try self.people(["name", "person:\(biden)", "Joe"], home).status == 0)
      for command in [["remove", "biden", "--dry-run"], ["nearest", "biden"], ["same", "biden"]] {
        let run = try ProgramRun(command + ["--gallery", home])
        #expect(run.status == 2 && run.output.isEmpty && run.errorLines.count == 1)
        #expect(run.errors.contains("nobody called \"biden\" is in the gallery"))
      }
      #expect(try ProgramRun(["nearest", "joe", "--gallery", home]).output.contains("obama"))
      #expect(try self.people(["undo"], home).status == 0)
      #expect(try ProgramRun(["nearest", "biden", "--gallery", home]).output.contains("obama"))
    }
  }

  @Test func theReviewAsksWithKeys() throws {
    try withGallery(["obama.jpg", "obama2.jpg", "biden.jpg"]) { home in
      #expect(try list(home).count == 2)
      let settled = try people(["review", "--json"], home).json() as? [String: Any]
      #expect(settled?["total"] as? Int == 0)
      #expect(try people(["review"], home).errors.contains("nothing is in doubt"))
      // Two halves of a person, which nobody said are different.
      do {
        let store = try GalleryStore(at: URL(fileURLWithPath: home), access: .write)
        let faces = try store.embeddings().faces
        let revision = try store.revision()
        try store.setPeople(
          faces: faces, labels: [0, 1, 2],
          state: PeopleState(
            algorithm: "likeness", revision: revision, mark: try store.mark(of: revision),
            clustered: 3, joined: 0))
      }
      let answer = try #require(try people(["review", "--json"], home).json() as? [String: Any])
      let question = try #require((answer["questions"] as? [[String: Any]])?.first)
      #expect(question["kind"] as? String == "same" && answer["total"] as? Int == 1)
      let skipped = try people(["review"], home, input: "xs")
      #expect(skipped.output.contains("one person?") && skipped.status == 0)
      #expect(try list(home).count == 3)
      #expect(try people(["review"], home, input: "q").status == 0)
      #expect(try people(["review"], home, input: "y").output.contains("merged"))
      #expect(try list(home).count == 2)
      #expect(try people(["undo"], home).status == 0)
      #expect(try people(["review"], home, input: "n").output.contains("apart"))
      let left = try people(["review", "--json"], home).json() as? [String: Any]
      #expect(left?["total"] as? Int == 0)
    }
  }

  @Test func editsAndUndo() throws {
    try withGallery(["obama.jpg", "obama2.jpg", "biden.jpg"]) { home in
      let first = try list(home)
      let obama = "person:\(try #require(first[0]["id"] as? Int))"
      #expect(try people(["name", obama, "Barack"], home).output.contains("named \(obama)"))
      #expect(try list(home)[0]["name"] as? String == "Barack")
      let split = try people(["split", "Barack", "--faces", "obama2.jpg", "--json"], home)
      let answer = try #require(try split.json() as? [String: Any])
      let new = try #require(answer["person"] as? Int)
      #expect((answer["edit"] as? [String: Any])?["kind"] as? String == "split")
      #expect(try people(["merge", "barack", "biden"], home).status == 0)
      let refused = try people(["merge", "Barack", "person:\(new)"], home)
      #expect(refused.status == 1 && refused.output.isEmpty && refused.errorLines.count == 1)
      #expect(refused.errors.contains("told apart") && refused.errors.contains("split 1 face"))
      #expect(try people(["merge", "Barack", "person:\(new)", "--anyway"], home).status == 0)
      #expect(try people(["not", "biden.jpg", "Barack"], home).status == 0)
      #expect(try list(home).count == 2)
      #expect(try people(["history"], home).output.split(separator: "\n").count == 5)
      let last = try people(["history", "--count", "1"], home)
      #expect(last.output.hasPrefix("edit:") && last.output.split(separator: "\n").count == 1)
      #expect(last.errors.contains("4 earlier changes not shown"))
      let two = try people(["history", "-c", "2", "--json"], home).json() as? [String: Any]
      let ids = (two?["history"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? Int }
      #expect(ids.count == 2 && two?["total"] as? Int == 5)
      let late = try people(["undo", "edit:\(try #require(ids.last))"], home)
      #expect(late.status == 1 && late.errorLines.count == 1)
      #expect(late.errors.contains("is not the last edit of people: that is edit:\(ids[0])"))
      let own = try people(["undo", "edit:\(ids[0])"], home)
      #expect(own.status == 0 && own.output.hasPrefix("undone: "))
      #expect(try people(["not", "biden.jpg", "Barack"], home).status == 0)
      for _ in 0..<5 {
        #expect(try people(["undo"], home).output.hasPrefix("undone: "))
      }
      #expect(try people(["undo"], home).status == 2)
      #expect((try list(home) as NSArray).isEqual(first as NSArray))
    }
  }

  @Test func namesThatWereGivenAreNames() throws {
    try withGallery(["obama.jpg", "obama2.jpg", "biden.jpg"]) { home in
      let obama = "person:\(try #require(try list(home)[0]["id"] as? Int))"
      #expect(try people(["name", obama, "Barack"], home).status == 0)
      func run(_ arguments: [String]) throws -> ProgramRun {
        try ProgramRun(arguments + ["--gallery", home])
      }
      let nearest = try run(["nearest", "barack"])
      #expect(nearest.output.split(separator: "\n").count == 1, "\(nearest)")
      #expect(nearest.output.hasPrefix("1  biden"))
      #expect(try run(["verify", "Barack", "biden"]).output.hasPrefix("different people"))
      #expect(try run(["same", "Barack"]).output.split(separator: "\n").count == 2)
      let wrong = try run(["remove", "Barak"])
      #expect(wrong.status == 2 && wrong.errors.contains("did you mean \"Barack\""))
      #expect(
        try run(["remove", "Barack"]).output
          .hasPrefix("removed 2 faces, 2 photos, 1 name (Barack)"))
      #expect(try list(home).count == 1)
    }
  }

  @Test func mistakesAreOneLine() throws {
    try withGallery(["obama.jpg", "biden.jpg"]) { home in
      func expectLine(_ arguments: [String], _ status: Int32, _ part: String) throws {
        let run = try people(arguments, home)
        #expect(run.status == status && run.output.isEmpty, "\(arguments): \(run.errors)")
        #expect(run.errorLines.count == 1 && run.errors.contains(part), "\(run.errors)")
      }
      try expectLine(["name", "obmaa", "X"], 2, "did you mean \"obama\"")
      try expectLine(["name", "person:9", "X"], 2, "person:9")
      try expectLine(["not", "face:99", "obama"], 2, "face:99")
      try expectLine(["not", "none.jpg", "obama"], 2, "none.jpg")
      try expectLine(["not", "obama.jpg", "obama"], 64, "only one")
      try expectLine(["split", "obama", "--faces", "biden.jpg"], 64, "is not of")
      #expect(try people(["name", "obama", "Barack"], home).status == 0)
      try expectLine(["name", "biden", "Barack"], 1, "people merge")
      try expectLine(["name", "biden", " "], 64, "name")
      #expect(try people(["name", "biden", "Joe"], home).status == 0)
      try expectLine(["merge", "Joe", "Barack"], 1, "--name")
      for arguments in [
        ["merge", "Joe"], ["split", "Joe"], ["--count", "0"], ["--min-faces", "0"],
        ["--algorithm", "k-means"], ["name", "Joe"], ["undo", "12"], ["undo", "face:12"],
        ["history", "--count", "0"],
      ] {
        #expect(try people(arguments, home).status == 64, "\(arguments)")
      }
      #expect(try people([], home + "/none").status == 2)
    }
  }
}
