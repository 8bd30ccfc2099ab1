import Foundation
import GallerySQLite
import Hummingbird
import LikenessKit
import TestSupport
import Testing

@testable import LikenessServer

/// What stays of those who are removed, and whose the gallery's files are.
@Suite(.serialized) struct RemovalRouteTests {
  @Test func `a removed face is covered in an upload that shows others`() async throws {
    try await ServerHarness.run(withSamples: false) { server in
      let data = try Samples.together("obama.jpg", "biden.jpg")
      let added = try await server.upload("/api/v1/photos", files: [("file", "both.jpg", data)])
      let photo = try #require(added.list("photos").first?["photo"] as? Int)
      let shown = try await server.call(.get, "/api/v1/photos/\(photo)")
      let faces = shown.list("items").compactMap { $0["face"] as? Int }
      try #require(faces.count == 2)
      let image = "/api/v1/photos/\(photo)/image"
      let tag = try #require(try await server.call(.get, image).headers[.eTag])
      let known = ["if-none-match": tag]
      #expect(try await server.call(.get, image, headers: known).status == 304)

      let both = try await server.call(
        .delete, "/api/v1/faces/\(faces[0])?blur=true&withPhotos=true")
      #expect(both.status == 400 && both.code == "bad_parameter")
      let receipt = try await server.call(.delete, "/api/v1/faces/\(faces[0])?blur=true")
      #expect(receipt.number("faces") == 1 && receipt.number("photos") == 0)
      let shared = try #require(receipt.list("sharedPhotos").first)
      #expect(shared["photo"] as? Int == photo && shared["title"] as? String == "both.jpg")
      #expect(shared["kept"] as? Bool == true && shared["blurred"] as? Bool == true)
      // A browser is not told to show what it remembers.
      let fresh = try await server.call(.get, image, headers: known)
      #expect(fresh.status == 200 && fresh.headers[.eTag] != tag)

      let people = try await server.call(.get, "/api/v1/people").list("people")
      let person = try #require(people.first?["person"] as? Int)
      let rest = try await server.call(.delete, "/api/v1/people/\(person)?withPhotos=true")
      #expect(rest.number("photos") == 1 && rest.list("sharedPhotos").isEmpty)
      #expect(try await server.call(.get, image, headers: known).status == 404)
    }
  }

  @Test func `a change that does not get its turn is told when to come again`() async throws {
    try await ServerHarness.run { server in
      let folder = server.server.services.likeness.gallery.folder
      let holder = try GalleryStore(at: folder, access: .write)
      let refused = try await server.call(.delete, "/api/v1/faces/1")
      #expect(refused.status == 503 && refused.code == "gallery_in_use")
      #expect(refused.headers[.retryAfter] != nil)
      #expect(try await server.call(.get, "/api/v1/faces/1").status == 200)
      withExtendedLifetime(holder) {}
    }
  }

  @Test func `all files of a gallery that is served are its owner's alone`() async throws {
    try await ServerHarness.run { server in
      let folder = server.server.services.likeness.gallery.folder
      _ = try await server.upload(
        "/api/v1/photos", files: [("file", "new.jpg", try ServerHarness.smaller("biden.jpg"))])
      #expect(try await server.call(.get, "/api/v1/people").status == 200)
      _ = try APIKeyFile(gallery: folder).add("owner", rights: .admin, rate: nil)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(Set(names).isSuperset(of: ["gallery.sqlite", "photos", "keys.json", "audit.log"]))
      #expect(try TestFiles.openToOthers(in: folder) == [])
    }
  }
}
