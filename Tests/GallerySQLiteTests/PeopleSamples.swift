import Foundation
import LikenessCore

@testable import GalleryCore
@testable import GallerySQLite

/// A gallery of one face a photo, whose people are as `labels` say. Faces have the ids 1, 2, …
func withPeople(
  _ labels: [Int32], names: [String?] = [], _ work: (GalleryStore, URL) throws -> Void
) throws {
  try withGallery { store, home in
    try store.add(
      labels.indices.map {
        photo("p\($0)", [face($0 < names.count ? names[$0] : nil, Float($0))])
      }, model: model)
    try cluster(store, labels)
    try work(store, home)
  }
}

/// What a clustering with these labels for all faces comes to.
func cluster(_ store: GalleryStore, _ labels: [Int32]) throws {
  let matrix = try store.embeddings()
  try store.setPeople(faces: matrix.faces, labels: labels, state: try state(store))
}

func state(_ store: GalleryStore) throws -> PeopleState {
  let revision = try store.revision()
  return PeopleState(
    algorithm: "test", revision: revision, mark: try store.mark(of: revision), clustered: 0,
    joined: 0)
}

/// Everything that the user can see or undo of people, row by row.
struct PeopleSnapshot: Equatable {
  var people: [String]
  var apart: [String]
  var rejected: [String]
  var hidden: [FaceID]
  var doubtful: [FaceID]

  init(_ store: GalleryStore) throws {
    people = try store.people().sorted { $0.id < $1.id }.map { person in
      "#\(person.id) \(person.isGiven ? person.name ?? "" : "") "
        + (person.dates.isEmpty ? "" : "\(person.dates.text) ")
        + (person.isHidden ? "hidden " : "") + (person.cover.map { "cover \($0) " } ?? "")
        + person.faces.map { "\($0.face)\($0.isPinned ? "!" : "")" }.joined(separator: ",")
    }
    let assignment = try store.peopleAssignment()
    apart = assignment.apart.map { "\($0.low)|\($0.high)" }
    rejected = assignment.rejected.map { "\($0.face)|\($0.person)" }
    hidden = try store.hiddenFaces().sorted()
    doubtful = try store.doubtfulFaces().sorted()
  }
}
