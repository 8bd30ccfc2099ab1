import Foundation
import Hummingbird
import LikenessKit
import TestSupport
import Testing

@testable import LikenessServer

/// Every address of the document, asked as a program would; each answer is held against it.
@Suite(.serialized) struct RouteTests {
  @Test func everyOperationAnswersAsDescribed() async throws {
    try await ServerHarness.run { server in
      // The server.
      for path in ["/health", "/ready", "/openapi.json", "/api/v1/info", "/api/v1/models"] {
        #expect(try await server.call(.get, path).status == 200)
      }
      let metrics = try await server.call(.get, "/metrics")
      #expect(String(decoding: metrics.body, as: UTF8.self).contains("likeness_gallery_faces 7"))
      #expect(try await server.call(.get, "/api/v1/session").json["keysNeeded"] as? Bool == false)
      #expect(try await server.call(.post, "/api/v1/session", json: ["key": "any"]).status == 200)
      #expect(try await server.call(.delete, "/api/v1/session").status == 200)

      // Photos.
      let page = try await server.call(.get, "/api/v1/photos?limit=3")
      #expect(page.list("photos").count == 3 && page.number("total") == 7)
      let next = try await server.call(
        .get, "/api/v1/photos?limit=50&after=\(page.number("next") ?? 0)")
      #expect(next.list("photos").count == 4 && next.json["next"] is NSNull)
      let first = try #require(page.list("photos")[0]["photo"] as? Int)
      #expect(try await server.call(.get, "/api/v1/photos/\(first)").list("items").count == 1)
      let image = try await server.call(.get, "/api/v1/photos/\(first)/image?side=100")
      #expect(image.body.starts(with: [0xFF, 0xD8, 0xFF]) && image.body.count < 20_000)
      #expect(try await server.call(.get, "/api/v1/photos/\(first)/thumbnail").status == 200)
      let sorted = try await server.call(
        .get, "/api/v1/photos?sort=name&search=OBAMA&show=all&limit=2")
      #expect(sorted.number("total") == 5 && sorted.list("photos").count == 2)
      let archive = try await server.call(.get, "/api/v1/photos/archive?photos=\(first)")
      #expect(archive.body.starts(with: [0x50, 0x4B, 0x03, 0x04]))
      // Names for other programs. The sample photos themselves are left alone.
      let shown = try await server.call(.get, "/api/v1/photos/\(first)")
      #expect(shown.json["file"] as? Bool == true && (shown.json["candidates"] as? [String]) == [])
      let sidecar = try await server.call(.get, "/api/v1/photos/\(first)/sidecar")
      #expect(sidecar.status == 200)
      #expect(String(decoding: sidecar.body, as: UTF8.self).contains("mwg-rs:RegionList"))
      for place in ["sidecar", "file"] {
        let tagged = try await server.call(
          .post, "/api/v1/photos/\(first)/tag", json: ["place": place, "dryRun": true])
        #expect(tagged.json["status"] as? String == "written" && tagged.number("faces") == 1)
      }
      for body: [String: Any] in [["place": "elsewhere"], ["dryRun": 1], ["more": true]] {
        let refused = try await server.call(
          .post, "/api/v1/photos/\(first)/tag", json: body)
        #expect((400..<500).contains(refused.status))
      }
      let unknown = try await server.call(.post, "/api/v1/photos/999/tag", json: [String: Any]())
      #expect(unknown.status == 404 && unknown.code == "unknown_photo")

      // Faces.
      let faces = try await server.call(.get, "/api/v1/faces?name=obama")
      #expect(faces.list("faces").count == 1)
      let face = try #require(faces.list("faces")[0]["face"] as? Int)
      let whole = try await server.call(.get, "/api/v1/faces/\(face)?embedding=true")
      #expect((whole.json["embedding"] as? [Double])?.count == 128)
      #expect(try await server.call(.get, "/api/v1/faces/\(face)/thumbnail").status == 200)
      let labelled = try await server.call(
        .patch, "/api/v1/faces/\(face)", json: ["labels": ["expression": "happy"]])
      #expect((labelled.json["labels"] as? [String: String]) == ["expression": "happy"])
      let only = try await server.call(
        .post, "/api/v1/compose", json: ["query": "person:biden + expression:happy"])
      #expect(only.status == 422 && only.code == "one_value")
      let another = face == 1 ? 2 : 1
      try await server.call(
        .patch, "/api/v1/faces/\(another)", json: ["labels": ["expression": "stern"]])
      #expect(
        try await server.call(.get, "/api/v1/faces?label=expression:happy").number("total") == 1)
      #expect(try await server.call(.get, "/api/v1/names").list("names").count == 7)
      #expect(try await server.call(.get, "/api/v1/labels").list("labels").count == 2)

      // Questions.
      let obama = try ServerHarness.sample("obama.jpg")
      let biden = try ServerHarness.sample("biden.jpg")
      let detected = try await server.upload(
        "/api/v1/detect?embeddings=true", files: [("file", "obama.jpg", obama)])
      #expect(detected.list("faces").count == 1)
      let found = try await server.upload(
        "/api/v1/search", files: [("file", "obama.jpg", obama)], fields: ["count": "3"])
      let matches = try #require(found.list("faces").first?["matches"] as? [[String: Any]])
      #expect(matches.count == 3 && matches[0]["name"] as? String == "obama")
      for query: [String: Any] in [
        ["name": "obama", "count": 2], ["face": face], ["embedding": whole.json["embedding"] ?? []],
        ["image": obama.base64EncodedString(), "filter": ["names": ["biden"]]],
      ] {
        let answer = try await server.call(.post, "/api/v1/search", json: query)
        #expect(answer.status == 200 && !answer.list("faces").isEmpty)
      }
      let same = try await server.upload(
        "/api/v1/verify", files: [("a", "a.jpg", obama), ("b", "b.jpg", biden)])
      #expect(same.json["same"] as? Bool == false)
      let other = try await server.call(
        .post, "/api/v1/verify", json: ["a": ["name": "obama"], "b": ["name": "obama2"]])
      #expect(other.json["same"] as? Bool == true)
      let composed = try await server.call(
        .post, "/api/v1/compose", json: ["query": "person:biden + expression:happy", "count": 2])
      #expect(composed.list("results").count == 2)

      // People.
      let people = try await server.call(.get, "/api/v1/people")
      #expect(people.number("total") == 2 && people.json["kept"] as? Bool == true)
      let person = try #require(people.list("people")[0]["person"] as? Int)
      let named = try await server.call(
        .patch, "/api/v1/people/\(person)", json: ["name": "Barack Obama"])
      #expect(named.status == 200)
      let members = try await server.call(.get, "/api/v1/people/\(person)").list("items")
      #expect(members.count == 6)
      let near = try await server.call(.get, "/api/v1/people/\(person)/nearest").list("people")
      let nearest = try #require(near.first?["person"] as? [String: Any])
      #expect(near.count == 1 && nearest["name"] as? String == "biden")
      let reasons = try await server.call(.get, "/api/v1/people/\(person)/same").list("found")
      #expect(reasons.count == 6)
      let some = members.prefix(2).compactMap { $0["face"] as? Int }
      // Whatever is named twice counts once.
      let split = try await server.call(
        .post, "/api/v1/people/\(person)/split",
        json: ["faces": Array(repeating: some, count: 10_000).flatMap(\.self)])
      let new = try #require(split.number("person"))
      #expect(try await server.call(.get, "/api/v1/people/suggestions").status == 200)
      let refused = try await server.call(
        .post, "/api/v1/people/merge", json: ["people": [person, new]])
      #expect(refused.status == 409 && refused.code == "told_apart")
      let merged = try await server.call(
        .post, "/api/v1/people/merge", json: ["people": [person, new], "anyway": true])
      #expect(merged.number("person") == person)
      let apart = try await server.call(
        .post, "/api/v1/people/\(person)/apart", json: ["face": some[0]])
      #expect(apart.status == 200)
      #expect(try await server.call(.get, "/api/v1/people/history").list("edits").count == 4)
      let latest = try await server.call(.get, "/api/v1/people/history?limit=1")
      let edit = try #require(latest.list("edits").first?["id"] as? Int)
      #expect(latest.list("edits").count == 1 && latest.number("total") == 4)
      #expect(latest.number("next") == edit)
      let earlier = try await server.call(.get, "/api/v1/people/history?before=\(edit)")
      #expect(earlier.list("edits").count == 3 && earlier.json["next"] is NSNull)
      let former = try #require(earlier.list("edits").first?["id"] as? Int)
      let late = try await server.call(.post, "/api/v1/people/undo", json: ["edit": former])
      #expect(late.status == 409 && late.code == "not_last_edit")
      let undone = try await server.call(.post, "/api/v1/people/undo", json: ["edit": edit])
      #expect((undone.json["edit"] as? [String: Any])?["id"] as? Int == edit)
      for body: [String: Any] in [["edit": "last"], ["edits": edit]] {
        #expect(try await server.call(.post, "/api/v1/people/undo", json: body).status == 400)
      }
      #expect(
        try await server.call(.get, "/api/v1/people/history?before=0").code == "bad_parameter")

      // Dates.
      let dates = "/api/v1/people/\(person)/dates"
      let dated = try await server.call(
        .post, dates, json: ["born": "1961-08-04", "died": NSNull()])
      #expect(dated.number("person") == person && dated.json["contradicting"] as? [Int] == [])
      let livedFrom = try await server.call(.get, "/api/v1/people/\(person)")
      #expect(livedFrom.json["born"] as? String == "1961-08-04" && livedFrom.json["died"] is NSNull)
      for body: [String: Any] in [[:], ["born": "4.8.1961"], ["died": ""]] {
        #expect(try await server.call(.post, dates, json: body).code == "bad_parameter")
      }
      let impossible = try await server.call(.post, dates, json: ["died": "1950"])
      #expect(impossible.status == 422 && impossible.code == "unusable")
      let back = try await server.call(.post, "/api/v1/people/undo")
      #expect((back.json["edit"] as? [String: Any])?["kind"] as? String == "dates")
      let ofBiden = try await server.call(.get, "/api/v1/photos?search=biden").list("photos")
      #expect(ofBiden.map { $0["taken"] as? String } == ["2010-05-10T10:04:01"])

      // Covers, hidden people and questions.
      let own = try await server.call(.get, "/api/v1/people/\(person)").list("items")
      let last = try #require(own.last?["face"] as? Int)
      #expect(
        try await server.call(
          .post, "/api/v1/people/\(person)/cover", json: ["face": last]
        ).number("person") == person)
      let covered = try await server.call(.get, "/api/v1/people/\(person)")
      #expect(covered.number("cover") == last && covered.json["coverChosen"] as? Bool == true)
      let quality = try await server.call(
        .post, "/api/v1/people/\(person)/cover", json: ["face": NSNull()])
      #expect(quality.json["edit"] is [String: Any])
      #expect(
        try await server.call(.get, "/api/v1/people/\(person)/suggestions").status == 200)
      #expect(
        try await server.call(.get, "/api/v1/people/4711/suggestions").code == "unknown_person")
      let hid = try await server.call(
        .post, "/api/v1/people/hide", json: ["people": [person], "faces": [last]])
      #expect((hid.json["edit"] as? [String: Any])?["kind"] as? String == "hide")
      let visible = try await server.call(.get, "/api/v1/people")
      #expect(visible.number("hidden") == 1)
      #expect(
        try await server.call(.get, "/api/v1/faces/\(last)").json["hidden"] as? Bool == true)
      let listed = try await server.call(.get, "/api/v1/faces").list("faces")
      #expect(listed.count { $0["hidden"] as? Bool == true } == own.count)
      #expect(!visible.list("people").contains { $0["person"] as? Int == person })
      let everybody = try await server.call(.get, "/api/v1/people?includeHidden=true")
      #expect(everybody.number("hidden") == 0)
      #expect(everybody.list("people").contains { $0["hidden"] as? Bool == true })
      #expect(
        try await server.call(.get, "/api/v1/people/\(person)").json["hidden"] as? Bool == true)
      // Whoever is asked for by number is shown.
      let hiddenSame = try await server.call(.get, "/api/v1/people/\(person)/same")
      #expect(!hiddenSame.list("found").isEmpty)
      let wholeSame = try await server.call(
        .get, "/api/v1/people/\(person)/same?includeHidden=true")
      #expect(wholeSame.number("hidden") == 0)
      #expect(wholeSame.list("found").count >= hiddenSame.list("found").count)
      for (isIncluded, isFound) in [(false, false), (true, true)] {
        let found = try await server.call(
          .post, "/api/v1/search",
          json: [
            "face": last, "per": "photo", "count": 100, "filter": ["includeHidden": isIncluded],
          ])
        let matches = found.list("faces").first?["matches"] as? [[String: Any]] ?? []
        let faces = own.compactMap { $0["face"] as? Int }
        #expect(found.number("hidden") == (isIncluded ? 0 : faces.count))
        #expect(matches.contains { faces.contains($0["face"] as? Int ?? 0) } == isFound)
        let composed = try await server.call(
          .post, "/api/v1/compose?includeHidden=\(isIncluded)",
          json: ["query": "person:biden", "count": 100])
        #expect(composed.number("hidden") == (isIncluded ? 0 : faces.count))
        #expect(!composed.list("results").isEmpty)
        #expect(
          composed.list("results").contains { faces.contains($0["face"] as? Int ?? 0) } == isFound)
      }
      #expect(
        try await server.call(
          .post, "/api/v1/people/hide",
          json: ["people": [person], "faces": [last], "hidden": false]
        ).json["edit"] is [String: Any])
      #expect(
        try await server.call(.post, "/api/v1/people/hide", json: [:]).code == "bad_parameter")
      let review = try await server.call(.get, "/api/v1/review?session=one")
      #expect(review.status == 200 && review.number("total") == review.list("questions").count)
      let passed = try await server.call(
        .post, "/api/v1/review",
        json: ["question": "face/\(last)", "answer": "later", "session": "one"])
      #expect(passed.json["edit"] is NSNull)
      let known = try await server.call(
        .post, "/api/v1/review", json: ["question": "face/\(last)", "answer": "yes"])
      #expect(known.json["edit"] is NSNull)
      let bad = try await server.call(
        .post, "/api/v1/review", json: ["question": "face/x", "answer": "yes"])
      #expect(bad.code == "bad_parameter")
      for _ in 0..<4 { _ = try await server.call(.post, "/api/v1/people/undo") }

      // Links and maps.
      let graph = try await server.call(.get, "/api/v1/graph?face=\(face)&hops=3")
      #expect(graph.list("nodes").count > 1 && !graph.list("links").isEmpty)
      #expect(try await server.call(.get, "/api/v1/map?method=pca").code == "no_map")
      let job = try await server.call(
        .post, "/api/v1/jobs", json: ["kind": "map", "method": "pca"])
      let id = try #require(job.json["job"] as? String)
      let events = try await server.call(.get, "/api/v1/jobs/\(id)/events")
      #expect(String(decoding: events.body, as: UTF8.self).contains("event: end"))
      #expect(try await server.call(.get, "/api/v1/jobs/\(id)").json["state"] as? String == "done")
      #expect(try await server.call(.get, "/api/v1/map?method=pca").list("points").count == 7)
      let mapPage = try await server.call(.get, "/api/v1/map/page?method=pca")
      #expect(String(decoding: mapPage.body, as: UTF8.self).contains("/api/v1/photos/"))
      #expect(!String(decoding: mapPage.body, as: UTF8.self).contains(Samples.folder.path))
      #expect(try await server.call(.get, "/api/v1/jobs").list("jobs").count == 1)
      #expect(try await server.call(.delete, "/api/v1/jobs/\(id)").status == 200)

      // Adding and removing.
      let small = try ServerHarness.smaller("obama2.jpg")
      let added = try await server.upload(
        "/api/v1/photos",
        files: [("file", "../../new one.jpg", small), ("file", "bad.jpg", Data("no".utf8))],
        fields: ["name": "Newcomer", "labels": "{\"pose\":\"front\"}"])
      #expect(added.number("added") == 1 && added.number("unreadable") == 1)
      let fresh = try #require(added.list("photos")[0]["photo"] as? Int)
      #expect(added.list("photos")[0]["file"] as? String == "new one.jpg")
      #expect(
        try await server.upload("/api/v1/photos", files: [("file", "x", small)]).number("already")
          == 1)
      let drawn = try await server.call(
        .post, "/api/v1/photos/\(fresh)/faces",
        json: ["box": ["x": 2, "y": 2, "width": 40, "height": 40]])
      #expect(drawn.status == 201 && drawn.json["drawn"] as? Bool == true)
      let removed = try await server.call(.delete, "/api/v1/photos/\(fresh)")
      #expect(removed.number("files") == 1 && removed.json["names"] as? [String] == ["Newcomer"])
      #expect(try await server.call(.get, "/api/v1/photos/\(fresh)").code == "unknown_photo")
      #expect(try await server.call(.delete, "/api/v1/faces/\(face)").number("faces") == 1)
      #expect(try await server.call(.delete, "/api/v1/people/\(person)").status == 200)
      #expect(try await server.call(.get, "/api/v1/people/\(person)").code == "unknown_person")

      let audit = try await server.call(.get, "/api/v1/audit?limit=5").list("entries")
      #expect(audit.count == 5 && audit[0]["route"] as? String == "/api/v1/people/:person")
      // Also where the address does not say whom it was about.
      let asked = try await server.call(.get, "/api/v1/audit?limit=1000").list("entries").filter {
        $0["route"] as? String == "/api/v1/search"
      }
      #expect(asked.contains { $0["subject"] as? String == "face:\(face)" })

      // Keys, which everybody needs from the first one on.
      let made = try await server.call(
        .post, "/api/v1/keys", json: ["name": "owner", "rights": "admin"])
      let key = ["x-api-key": made.json["key"] as? String ?? ""]
      #expect(made.status == 201)
      #expect(try await server.call(.get, "/api/v1/keys").code == "key_needed")
      let keys = try await server.call(.get, "/api/v1/keys", headers: key).list("keys")
      #expect(keys.count == 1 && keys[0]["key"] == nil)
      #expect(
        try await server.call(.delete, "/api/v1/keys/owner", headers: key).status == 200)

      let left = try OpenAPIDocument().operations.subtracting(server.answered)
      #expect(left.isEmpty, "never answered: \(left.sorted())")
    }
  }

  @Test func anEmptyGalleryIsNoError() async throws {
    try await ServerHarness.run(withSamples: false) { server in
      #expect(try await server.call(.get, "/api/v1/photos").number("total") == 0)
      #expect(try await server.call(.get, "/api/v1/people").number("total") == 0)
      #expect(try await server.call(.get, "/api/v1/info").json["thresholds"] is NSNull)
      let obama = try ServerHarness.sample("obama.jpg")
      let answer = try await server.upload("/api/v1/search", files: [("file", "o.jpg", obama)])
      #expect(answer.status == 409 && answer.code == "empty_gallery")
      #expect(try await server.call(.get, "/api/v1/graph?face=1").code == "unknown_face")
      #expect(try await server.call(.get, "/api/v1/map").status == 409)
      #expect(
        try await server.upload("/api/v1/photos", files: [("file", "o.jpg", obama)]).number("added")
          == 1)
      #expect(try await server.call(.get, "/api/v1/people").number("total") == 1)
    }
  }

  @Test func embeddingsOnlyMeansNoPicture() async throws {
    var configuration = ServerConfiguration()
    configuration.storesPhotos = false
    try await ServerHarness.run(withSamples: false, configuration) { server in
      let obama = try ServerHarness.sample("obama.jpg")
      let added = try await server.upload("/api/v1/photos", files: [("file", "o.jpg", obama)])
      let photo = try #require(added.list("photos")[0]["photo"] as? Int)
      #expect(try await server.call(.get, "/api/v1/photos/\(photo)/image").code == "no_image")
      #expect(try await server.call(.get, "/api/v1/faces/1/thumbnail").code == "no_image")
      #expect(try await server.call(.get, "/api/v1/faces/1").json["thumbnail"] as? Bool == false)
      let kept = FileManager.default.enumerator(
        atPath: server.server.services.likeness.gallery.folder.path)
      let pictures = (kept?.allObjects as? [String] ?? []).filter { $0.hasSuffix(".jpg") }
      #expect(pictures.isEmpty)
      #expect(
        try await server.upload("/api/v1/search", files: [("file", "o.jpg", obama)]).status == 200)
    }
  }

  @Test func mistakesHaveCodes() async throws {
    let cases = [
      ("GET", "/api/v1/photos?limit=0", 400, "bad_parameter"),
      ("GET", "/api/v1/photos?limit=many", 400, "bad_parameter"),
      ("GET", "/api/v1/photos?sort=size", 400, "bad_parameter"),
      ("GET", "/api/v1/photos?show=some", 400, "bad_parameter"),
      ("GET", "/api/v1/photos?search=" + String(repeating: "a", count: 201), 400, "bad_parameter"),
      ("GET", "/api/v1/photos?sort=newest&after=4711", 404, "unknown_photo"),
      ("GET", "/api/v1/photos/archive", 400, "bad_parameter"),
      ("GET", "/api/v1/photos/archive?photos=1,x", 400, "bad_parameter"),
      ("GET", "/api/v1/photos/archive?photos=1,4711", 404, "unknown_photo"),
      ("GET", "/api/v1/people/4711/nearest", 404, "unknown_person"),
      ("GET", "/api/v1/people/1/nearest?limit=201", 400, "bad_parameter"),
      ("GET", "/api/v1/photos/zero", 404, "unknown_photo"),
      ("GET", "/api/v1/photos/99999999999999999999", 404, "unknown_photo"),
      ("GET", "/api/v1/faces?label=x", 400, "bad_parameter"),
      ("GET", "/api/v1/map?method=umap", 400, "bad_parameter"),
      ("GET", "/api/v1/graph", 400, "bad_parameter"),
      ("GET", "/api/v1/jobs/none", 404, "unknown_job"),
      ("GET", "/api/v1/nothing", 404, "no_such_route"),
      ("POST", "/api/v1/info", 405, "wrong_method"),
      ("POST", "/api/v1/photos", 415, "wrong_type"),
    ]
    try await ServerHarness.run { server in
      for (method, uri, status, code) in cases {
        let answer = try await server.call(try #require(HTTPRequest.Method(method)), uri)
        #expect(answer.status == status && answer.code == code, "\(method) \(uri)")
      }
    }
  }

  private static func box(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> [String: Int] {
    ["x": x, "y": y, "width": width, "height": height]
  }

  @Test func facesAreDrawn() async throws {
    try await ServerHarness.run(withSamples: false) { server in
      let blank = try Photo(
        width: 200, height: 200, pixels: Array(repeating: 90, count: 120_000)
      ).jpegData()
      let added = try await server.upload("/api/v1/photos", files: [("file", "x.jpg", blank)])
      let photo = try #require(added.list("photos")[0]["photo"] as? Int)
      let uri = "/api/v1/photos/\(photo)/faces"
      let first = try await server.call(.post, uri, json: ["box": Self.box(50, 60, 20, 22)])
      #expect(first.status == 201 && first.json["drawn"] as? Bool == true)
      #expect(first.json["landmarksEstimated"] as? Bool == true)
      #expect(first.json["doubtful"] as? Bool == true)
      let again = try await server.call(.post, uri, json: ["box": Self.box(51, 60, 20, 22)])
      #expect(again.status == 409 && again.code == "face_exists")
      let named = try await server.call(
        .post, uri, json: ["box": Self.box(120, 60, 40, 40), "name": "Ann"])
      #expect(named.json["name"] as? String == "Ann" && named.json["doubtful"] as? Bool == false)
      let face = try #require(named.number("face"))
      #expect(try await server.call(.get, "/api/v1/faces/\(face)/thumbnail").status == 200)
      #expect(try await server.call(.get, "/api/v1/photos/\(photo)").list("items").count == 2)
      let removed = try await server.call(.delete, "/api/v1/faces/\(face)")
      #expect(removed.number("faces") == 1 && removed.number("photos") == 0)
      let audit = try await server.call(.get, "/api/v1/audit?limit=10").list("entries")
      #expect(
        audit.contains { ($0["subject"] as? String) == "photo:\(photo), face:\(face)" })
    }
    // Of a photo that is not kept nothing can be cut out.
    var configuration = ServerConfiguration()
    configuration.storesPhotos = false
    try await ServerHarness.run(withSamples: false, configuration) { server in
      let obama = try ServerHarness.sample("obama.jpg")
      let added = try await server.upload("/api/v1/photos", files: [("file", "o.jpg", obama)])
      let photo = try #require(added.list("photos")[0]["photo"] as? Int)
      let answer = try await server.call(
        .post, "/api/v1/photos/\(photo)/faces", json: ["box": Self.box(0, 0, 40, 40)])
      #expect(answer.status == 404 && answer.code == "no_image")
    }
  }

  @Test func mistakesInBodiesHaveCodes() async throws {
    try await ServerHarness.run { server in
      let cases: [(String, Any, String)] = [
        ("/api/v1/search", [:] as [String: Any], "bad_json"),
        ("/api/v1/search", ["name": "obama", "face": 1] as [String: Any], "bad_json"),
        ("/api/v1/search", ["nmae": "obama"], "unknown_field"),
        ("/api/v1/search", ["name": "Nobody At All"], "unknown_name"),
        ("/api/v1/search", ["name": "Ann\u{202E}boB"], "bad_name"),
        ("/api/v1/search", ["face": 4711], "unknown_face"),
        ("/api/v1/search", ["embedding": [0, 0]], "bad_embedding"),
        ("/api/v1/search", ["embedding": [1, 2]], "wrong_dimensions"),
        ("/api/v1/search", ["image": "%%%"], "bad_base64"),
        ("/api/v1/search", ["image": "aGVsbG8="], "unreadable_photo"),
        ("/api/v1/search", ["name": "obama", "count": 0] as [String: Any], "bad_parameter"),
        ("/api/v1/compose", ["query": "person:"], "bad_query"),
        ("/api/v1/compose", ["query": "mood:happy"], "unknown_label"),
        // A path of this machine is not a photo for somebody who asks from afar.
        ("/api/v1/compose", ["query": "/etc/passwd"], "unknown_label"),
        ("/api/v1/compose", ["query": "../gallery.sqlite"], "unknown_label"),
        ("/api/v1/people/merge", ["people": [1]], "bad_parameter"),
        ("/api/v1/people/merge", ["people": [1, 4711]], "unknown_person"),
        ("/api/v1/people/merge", ["people": [1, 1]], "bad_parameter"),
        ("/api/v1/people/merge", ["people": Array(1...1001)], "bad_parameter"),
        ("/api/v1/people/1/split", ["faces": Array(1...10_001)], "bad_parameter"),
        ("/api/v1/people/1/split", ["faces": [1, 4711]], "unknown_face"),
        ("/api/v1/people/hide", ["faces": Array(1...10_001)], "bad_parameter"),
        ("/api/v1/people/hide", ["people": Array(1...1001)], "bad_parameter"),
        ("/api/v1/people/hide", ["faces": [1, 4711]], "unknown_face"),
        ("/api/v1/jobs", ["kind": "dance"], "bad_parameter"),
        ("/api/v1/photos/1/faces", ["name": "Ann"], "bad_json"),
        ("/api/v1/photos/1/faces", ["box": [1, 2, 30, 40]], "bad_json"),
        (
          "/api/v1/photos/1/faces", ["box": Self.box(1, 2, 30, 40).merging(["z": 1]) { $1 }],
          "unknown_field"
        ),
        ("/api/v1/photos/1/faces", ["box": Self.box(1, 2, 30, 4)], "bad_box"),
        ("/api/v1/photos/1/faces", ["box": Self.box(-500, 2, 30, 40)], "bad_box"),
        ("/api/v1/photos/1/faces", ["box": Self.box(1, 2, 30, 40), "name": " "], "bad_name"),
        ("/api/v1/photos/4711/faces", ["box": Self.box(1, 2, 30, 40)], "unknown_photo"),
        (
          "/api/v1/verify",
          [
            "a": ["embedding": Array(repeating: 3e38, count: 128)],
            "b": ["embedding": Array(repeating: -3e38, count: 128)],
          ], "bad_embedding"
        ),
        ("/api/v1/search", ["embedding": Array(repeating: 1e39, count: 128)], "bad_embedding"),
      ]
      for (uri, body, code) in cases {
        let answer = try await server.call(.post, uri, json: body)
        #expect(
          (400..<500).contains(answer.status) && answer.code == code,
          "\(uri) \(body) \(answer.json)")
      }
      let blank = try Photo(
        width: 200, height: 200, pixels: Array(repeating: 90, count: 120_000)
      ).jpegData()
      #expect(
        try await server.upload("/api/v1/search", files: [("file", "x", blank)]).code == "no_face")
      #expect(
        try await server.upload("/api/v1/search", files: [("photo", "x", blank)]).code
          == "missing_part")
      let broken = try await server.call(
        .post, "/api/v1/search", body: Data("{".utf8), headers: ["content-type": "application/json"]
      )
      #expect(broken.code == "bad_json")
    }
  }
}
