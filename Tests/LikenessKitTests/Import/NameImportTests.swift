import Foundation
import TestSupport
import Testing

@testable import GalleryCore
@testable import GallerySQLite
@testable import LikenessKit

/// Names of other programs come to the faces of a gallery.
@Suite struct NameImportTests {
  /// Two people who are together on some photos, with strangers.
  private static let photos = [
    [0, 1], [0, 1], [1, 0], [0], [0], [1], [1, 2], [0, 3], [1], [0, 1],
  ]

  private func path(_ number: Int) -> String { "/photos/\(number + 1).jpg" }

  /// The people of the photo's faces by name.
  private func names(_ likeness: Likeness, photo: Int) throws -> [String?] {
    let store = try likeness.gallery.reader()
    let stored = try #require(try store.photos(paths: [path(photo)]).first)
    return try store.faces(inPhoto: stored.id).sorted { $0.ordinal < $1.ordinal }.map(\.name)
  }

  private func lists() -> ImportedNames {
    var names = ImportedNames()
    for (number, people) in Self.photos.enumerated() {
      let listed = people.filter { $0 < 2 }.map { ["Ann", "Joe"][$0] }
      names.photos.append(PhotoNames(path: path(number), names: listed.sorted()))
    }
    return names
  }

  @Test func listsOfNamesComeToTheRightFaces() throws {
    try withMadeGallery(Self.photos) { likeness in
      let summary = try likeness.importNames(lists())
      #expect(summary.named == 14 && summary.assigned == 14 && summary.names == 2)
      #expect(summary.unsure.isEmpty && summary.photos == 10 && summary.added == 0)
      for (number, people) in Self.photos.enumerated() {
        let expected = people.map { $0 < 2 ? ["Ann", "Joe"][$0] : nil }
        #expect(try names(likeness, photo: number) == expected, "photo \(number)")
      }
      // The second time, all is there.
      let again = try likeness.importNames(lists())
      #expect(again.named == 0 && again.already == 14)
    }
  }

  @Test func aTrialChangesNothing() throws {
    try withMadeGallery(Self.photos) { likeness in
      var options = ImportOptions()
      options.isTrial = true
      let summary = try likeness.importNames(lists(), options)
      #expect(summary.named == 14)
      #expect(try names(likeness, photo: 0) == [nil, nil])
    }
  }

  @Test func boxesNameTheFacesInThem() throws {
    try withMadeGallery([[0, 1, 2]], names: [0: "Ada"]) { likeness in
      var names = ImportedNames()
      // Faces lie at 0, 30 and 60, of 20 pixels.
      names.photos = [
        PhotoNames(
          path: path(0),
          regions: [
            NamedRegion(name: "joe", box: Box(x: 0.29, y: 0, width: 0.2, height: 0.22)),
            NamedRegion(name: "Eve", box: Box(x: 0, y: 0, width: 20, height: 20), unit: .pixels),
            NamedRegion(name: "Moe", box: Box(x: 0.8, y: 0.8, width: 0.1, height: 0.1)),
            NamedRegion(name: "Nil", box: Box(x: 0.6, y: 0, width: 0, height: 0.1)),
            NamedRegion(name: "face:7", box: Box(x: 0.6, y: 0, width: 0.2, height: 0.2)),
          ]),
        PhotoNames(path: "/nowhere.jpg", names: ["Eve"]),
      ]
      let summary = try likeness.importNames(names)
      #expect(summary.named == 1 && summary.assigned == 0)
      #expect(try self.names(likeness, photo: 0) == ["Ada", "joe", nil])
      let reasons = Set(summary.leftOut.entries.map(\.reason))
      #expect(
        reasons == [
          "the face goes by another name in the gallery", "no face was found in the box",
          "the box has no area", "the name cannot be used", "there is no such photo",
        ])
      var options = ImportOptions()
      options.replacesNames = true
      #expect(try likeness.importNames(names, options).named == 1)
      #expect(try self.names(likeness, photo: 0) == ["Eve", "joe", nil])
    }
  }

  @Test func facesKeepNamesAndSpellings() throws {
    try withMadeGallery([[0], [0], [1], [1]]) { likeness in
      try likeness.names.assign("Ann", to: 1)
      var names = ImportedNames()
      names.photos = [0, 1].map { PhotoNames(path: path($0), names: ["ANN"]) }
      #expect(try likeness.importNames(names).named == 1)
      #expect(try self.names(likeness, photo: 1) == ["Ann"])
    }
  }

  @Test func nothingUsableIsAnError() throws {
    try withMadeGallery([[0]]) { likeness in
      var names = ImportedNames()
      names.photos = [PhotoNames(path: path(0), names: [" "])]
      #expect(throws: ImportError.self) { try likeness.importNames(names) }
    }
  }

  /// Encodings of another model than the gallery's are never compared.
  @Test func embeddingsOfOtherModelsAreLeftOut() throws {
    try withMadeGallery([[0]]) { likeness in
      var names = ImportedNames()
      names.encodings = [
        NamedEncoding(name: "Ann", embedding: Embedding([Float](repeating: 1, count: 128)))
      ]
      let summary = try likeness.importNames(names)
      #expect(summary.named == 0 && summary.leftOut.entries.map(\.count) == [1])
      #expect(summary.leftOut.entries[0].reason.contains("cannot be compared"))
    }
  }

  /// One that has other dimensions is told, wherever it stands, and takes none of the others with it.
  @Test func embeddingsOfOtherDimensionsAreToldOneByOne() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery")
      var faces = MadeFaces(seed: 5)
      let photos = [faces.photo(of: [0]), faces.photo(of: [1])]
      try GalleryStore(at: home, access: .write, create: true).add(photos, model: "dlib")
      let likeness = Likeness(gallery: home)
      let short = Embedding([1, 2, 3])
      for place in 0...1 {
        var names = ImportedNames()
        names.encodings = [NamedEncoding(name: "Joe", embedding: photos[1].faces[0].embedding)]
        names.encodings.insert(NamedEncoding(name: "Ann", embedding: short), at: place)
        let summary = try likeness.importNames(names)
        #expect(summary.named + summary.already == 1)
        #expect(summary.leftOut.entries.map(\.count) == [1])
        #expect(summary.leftOut.entries.first?.examples == ["Ann"])
      }
      #expect(try self.names(likeness, photo: 0) == [nil])
      #expect(try self.names(likeness, photo: 1) == ["Joe"])
    }
  }

  @Test func boxesAndFacesGoTogetherOneToOne() {
    let faces = [
      Box(x: 0, y: 0, width: 20, height: 20), Box(x: 30, y: 0, width: 20, height: 20),
    ]
    // A whole head around a tight box; a box that two faces overlap; one far away.
    let found = RegionMatching.faces(
      of: [
        Box(x: 24, y: -10, width: 34, height: 44), Box(x: 4, y: 0, width: 22, height: 20),
        Box(x: 80, y: 80, width: 9, height: 9),
      ], among: faces)
    #expect(found == [1, 0, nil])
    #expect(
      RegionMatching.faces(of: [faces[0], faces[0]], among: [faces[0]]).compactMap(\.self) == [0])
  }
}
