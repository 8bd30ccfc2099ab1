import Foundation
import GallerySQLite
import TestSupport
import Testing

@testable import LikenessKit

/// Photos as they are searched, sorted and filtered.
@Suite struct PhotoQueryTests {
  /// Five photos: of two named people, of both, of nobody, and of a doubtful find.
  private func withPhotos(_ work: (Likeness) throws -> Void) throws {
    let photos = [[0], [1, 0, 2], [], [1], []]
    try withMadeGallery(photos, names: [0: "José_Pérez", 1: "Ann"], doubtful: [4: [0]]) {
      try work($0)
    }
  }

  private func ids(_ likeness: Likeness, _ query: PhotoQuery) throws -> [Int64] {
    try likeness.photos.page(query, limit: 100).items.map(\.photo.id.rawValue)
  }

  @Test func theyAreSorted() throws {
    try withPhotos { likeness in
      #expect(try ids(likeness, PhotoQuery(order: .oldest)) == [1, 2, 3, 4, 5])
      #expect(try ids(likeness, PhotoQuery(order: .newest)) == [5, 4, 3, 2, 1])
      #expect(try ids(likeness, PhotoQuery(order: .faces)) == [2, 5, 4, 1, 3])
      let titles = try likeness.photos.page(PhotoQuery(order: .name), limit: 100).items
        .map(\.photo.name)
      let expected = titles.sorted { $0.localizedStandardCompare($1) == .orderedAscending }
      #expect(titles == expected)
    }
  }

  @Test func theyAreSearched() throws {
    try withPhotos { likeness in
      func found(_ text: String) throws -> [Int64] {
        try ids(likeness, PhotoQuery(text: text, order: .oldest))
      }
      // Case, accents and underscores do not matter; all words count.
      #expect(try found("jose perez") == [1])
      #expect(try found("PÉREZ josé") == [1])
      #expect(try found("ann") == [2, 4])
      #expect(try found("ann perez") == [])
      #expect(try found("no such") == [])
      let title = try likeness.photos.page(after: 0, limit: 1).items[0].photo.name
      let own = try found(title)
      #expect(own.contains(1))
    }
  }

  @Test func theyAreFoundByThePersonOnThem() throws {
    try withPhotos { likeness in
      // The second photo shows the first person too, by a face that has no name of its own.
      let people = try likeness.people.list().people
      let person = try #require(people.first { $0.faces.contains { $0.face == 1 } })
      guard person.faces.contains(where: { $0.face == 3 }) else { return }
      _ = try likeness.people.name(person.id, as: "Zoë")
      #expect(try ids(likeness, PhotoQuery(text: "zoe", order: .oldest)) == [1, 2])
    }
  }

  @Test func theyAreFiltered() throws {
    try withPhotos { likeness in
      let expected: [PhotoQuery.Kind: [Int64]] = [
        .all: [1, 2, 3, 4, 5], .unnamed: [2], .doubtful: [5], .noFace: [3, 5],
      ]
      for (kind, numbers) in expected {
        let found = try ids(likeness, PhotoQuery(order: .oldest, kind: kind))
        #expect(found == numbers, "\(kind)")
      }
    }
  }

  @Test func pagesFollowEachOther() throws {
    try withPhotos { likeness in
      let first = try likeness.photos.page(PhotoQuery(), limit: 2)
      #expect(first.items.map(\.photo.id) == [5, 4] && first.next == 4 && first.total == 5)
      let second = try likeness.photos.page(PhotoQuery(), after: first.next, limit: 2)
      #expect(second.items.map(\.photo.id) == [3, 2])
      let last = try likeness.photos.page(PhotoQuery(), after: second.next, limit: 2)
      #expect(last.items.map(\.photo.id) == [1] && last.next == nil && last.total == 5)
      // Where a page ended that is gone, nobody can tell where the next begins.
      #expect(throws: LikenessError.self) {
        try likeness.photos.page(PhotoQuery(), after: 99, limit: 2)
      }
    }
  }

  @Test func changesAreSeen() throws {
    try withPhotos { made in
      let likeness = Likeness(gallery: made.gallery.folder, keepsOpen: true)
      #expect(try ids(likeness, PhotoQuery(text: "berta")).isEmpty)
      try likeness.faces.setName("Berta", of: 1)
      #expect(try ids(likeness, PhotoQuery(text: "berta")) == [1])
      _ = try likeness.photos.remove(1)
      #expect(try ids(likeness, PhotoQuery(text: "berta")).isEmpty)
    }
  }
}

/// Who looks most like a person.
@Suite struct NearestPeopleTests {
  /// Twelve people of three photos each.
  private func withPeople(_ work: (Likeness) throws -> Void) throws {
    let photos = (0..<36).map { [$0 % 12] }
    try withMadeGallery(photos, names: [0: "Ann", 1: "Anna", 2: "Bo"]) { try work($0) }
  }

  @Test func theyComeByTheirNearestFaces() throws {
    try withPeople { likeness in
      let people = try likeness.people.list().people
      let asked = try #require(people.first { $0.name == "Ann" })
      let found = try likeness.nearestPeople(to: asked.id, count: 100)
      #expect(found.count == people.count - 1)
      #expect(!found.contains { $0.person.id == asked.id })
      // As they are when each pair is measured.
      let metric = likeness.networks.verification.metric
      let expected = try people.filter { $0.id != asked.id }.map { other in
        var least = Float.infinity
        for a in asked.faces {
          for b in other.faces {
            let distance = metric.distance(
              try likeness.faces.embedding(of: a.face), try likeness.faces.embedding(of: b.face))
            least = min(least, distance)
          }
        }
        return (id: other.id, distance: least)
      }.sorted { $0.distance < $1.distance }
      #expect(found.map(\.person.id) == expected.map(\.id))
      #expect(found.map(\.distance) == expected.map(\.distance))
      let probabilities = found.map(\.probability)
      #expect(probabilities == probabilities.sorted().reversed())
      let some = try likeness.nearestPeople(to: asked.id, count: 3)
      #expect(some.map(\.person.id) == Array(found.map(\.person.id).prefix(3)))
    }
  }

  @Test func theyMayBeCalledSo() throws {
    try withPeople { likeness in
      let people = try likeness.people.list().people
      let asked = try #require(people.first { $0.name == "Bo" })
      let found = try likeness.nearestPeople(to: asked.id, named: "ann", count: 10)
      #expect(Set(found.compactMap(\.person.name)) == ["Ann", "Anna"])
      #expect(try likeness.nearestPeople(to: asked.id, named: "nobody", count: 10).isEmpty)
      #expect(throws: LikenessError.unknownPerson(4711)) {
        try likeness.nearestPeople(to: 4711, count: 1)
      }
    }
  }
}
