import Foundation
import GallerySQLite
import LikenessKit
import TestSupport
import Testing

@testable import LikenessServer

/// Faces that are likely none, as other programs see them.
@Suite(.serialized) struct DoubtfulRouteTests {
  /// Runs a server over the samples and a photo of a find that is likely no face, though it looks like Obama.
  private func run(
    _ body: @escaping @Sendable (ServerHarness, _ doubtful: Int) async throws -> Void
  ) async throws {
    try await ServerHarness.run { server in
      let likeness = server.server.services.likeness
      let obama = try #require(
        try likeness.faces.page(after: 0, limit: 100).items.first { $0.name == "obama" })
      do {
        let store = try GalleryStore(at: likeness.gallery.folder, access: .write)
        try SampleGallery.addDoubtful(like: obama.face.id, to: store)
      }
      let face = try #require(
        try likeness.faces.page(after: 0, limit: 100).items.first { $0.face.quality.isDoubtful })
      try await body(server, Int(face.face.id.rawValue))
    }
  }

  private func matches(_ answer: ServerHarness.Answer) -> [[String: Any]] {
    answer.list("faces").first?["matches"] as? [[String: Any]] ?? answer.list("results")
  }

  @Test func theyAreListedAndMarked() async throws {
    try await run { server, face in
      let answer = try await server.call(.get, "/api/v1/faces/\(face)")
      #expect(answer.json["doubtful"] as? Bool == true)
      #expect(answer.json["confidence"] as? Double == 0.2)
      let faces = try await server.call(.get, "/api/v1/faces?limit=100").list("faces")
      #expect(faces.count == 8 && faces.count { $0["doubtful"] as? Bool == true } == 1)
      let photo = try #require(answer.number("photo"))
      let items = try await server.call(.get, "/api/v1/photos/\(photo)").list("items")
      #expect(items.map { $0["doubtful"] as? Bool } == [true])
      let gallery = try #require(
        try await server.call(.get, "/api/v1/info").json["gallery"] as? [String: Any])
      #expect(gallery["doubtfulFaces"] as? Int == 1 && gallery["faces"] as? Int == 8)
      // The numbers are those of likeness info, each of them.
      let data = try JSONEncoder().encode(server.server.services.likeness.gallery.summary())
      let summary = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
      let numbers = summary.filter { $0.value is Int }
      #expect(numbers.count == 10)
      for (key, number) in numbers { #expect(gallery[key] as? Int == number as? Int, "\(key)") }
    }
  }

  @Test func theyAreAnswersOnlyWhereTheyAreAskedFor() async throws {
    try await run { server, face in
      let obama = try ServerHarness.sample("obama2.jpg")
      try await server.call(.patch, "/api/v1/faces/1", json: ["labels": ["set": "a"]])
      try await server.call(.patch, "/api/v1/faces/2", json: ["labels": ["set": "b"]])
      for suffix in ["", "?includeDoubtful=false", "?includeDoubtful=true"] {
        let isAsked = suffix.hasSuffix("=true")
        let answers = [
          try await server.call(
            .post, "/api/v1/search\(suffix)",
            json: ["name": "obama", "count": 50, "per": "photo"] as [String: Any]),
          try await server.upload(
            "/api/v1/search\(suffix)", files: [("file", "o.jpg", obama)],
            fields: ["count": "50", "per": "photo"]),
          try await server.call(
            .post, "/api/v1/compose\(suffix)",
            json: ["query": "person:obama", "count": 50] as [String: Any]),
        ]
        for answer in answers {
          let found = matches(answer)
          #expect(found.contains { $0["face"] as? Int == face } == isAsked)
          #expect(found.contains { $0["doubtful"] as? Bool == true } == isAsked)
          #expect(found.count > 5)
        }
      }
      let bad = try await server.call(
        .post, "/api/v1/search?includeDoubtful=perhaps", json: ["name": "obama"])
      #expect(bad.status == 400 && bad.code == "bad_parameter")
      let searched = try await server.upload("/api/v1/search", files: [("file", "o.jpg", obama)])
      let found = try #require(searched.list("faces").first?["face"] as? [String: Any])
      #expect(found["doubtful"] as? Bool == false && found.keys.contains("confidence"))
      let verified = try await server.upload(
        "/api/v1/verify?includeDoubtful=true", files: [("a", "a", obama), ("b", "b", obama)])
      let side = try #require(verified.json["a"] as? [String: Any])
      #expect(side["doubtful"] as? Bool == false && (side["quality"] as? Double ?? 0) > 0.1)
      // Somebody who names a face means it.
      let explicit = try await server.call(
        .post, "/api/v1/search", json: ["face": face, "count": 3] as [String: Any])
      #expect(matches(explicit).count == 3)
    }
  }

  @Test func theyAreNobodyUntilSomebodySaysSo() async throws {
    try await run { server, face in
      let people = try await server.call(.get, "/api/v1/people").list("people")
      #expect(people.compactMap { $0["faces"] as? Int }.reduce(0, +) == 7)
      let graph = try await server.call(.get, "/api/v1/graph?face=\(face)")
      #expect(graph.status == 409 && graph.code == "doubtful_face")
      for body: [String: Any] in [["doubtful": true], [:], ["doubtful": "no"]] {
        let refused = try await server.call(.patch, "/api/v1/faces/\(face)", json: body)
        #expect(refused.status == 400, "\(body)")
      }
      let said = try await server.call(.patch, "/api/v1/faces/\(face)", json: ["doubtful": false])
      #expect(said.json["doubtful"] as? Bool == false && said.json["confidence"] as? Double == 1)
      let all = try await server.call(.get, "/api/v1/people").list("people")
      #expect(all.compactMap { $0["faces"] as? Int }.reduce(0, +) == 8)
      let now = try await server.call(.get, "/api/v1/graph?face=\(face)")
      #expect(now.status == 200 && now.list("nodes").count > 1)
    }
  }

  /// Whoever gives it a name says that it is a face.
  @Test func aNameIsAWord() async throws {
    try await run { server, face in
      let named = try await server.call(.patch, "/api/v1/faces/\(face)", json: ["name": "Flora"])
      #expect(named.json["doubtful"] as? Bool == false && named.json["name"] as? String == "Flora")
      let found = try await server.call(
        .post, "/api/v1/search", json: ["name": "obama", "count": 50] as [String: Any])
      #expect(matches(found).contains { $0["face"] as? Int == face })
    }
  }
}
