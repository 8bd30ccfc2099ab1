import Foundation
import LikenessCore
import Synchronization
import TestSupport
import Testing

@testable import GalleryCore
@testable import GalleryMilvus

/// Of several programs that give one name at once, one does.
@Suite(.serialized) struct NameClaimTests {
  private static func open(
    _ server: MilvusServer, lease: Duration = .seconds(15)
  ) throws -> MilvusGallery {
    try MilvusGallery(
      at: try MilvusAddress(server.address("people"), environment: [:]), create: true,
      claimLease: lease)
  }

  /// Makes people of a face each.
  private static func people(_ count: Int, in gallery: MilvusGallery) throws -> [PersonID] {
    var random = SplitMix64(seed: 41)
    try gallery.add((1...count).map { plainPhoto($0, &random) }, model: "test")
    let faces = try gallery.faces(after: 0, limit: .max)
    try gallery.setPeople(
      faces: faces, labels: faces.indices.map { Int32($0) },
      state: PeopleState(
        algorithm: "made", revision: try gallery.revision(), mark: "m", clustered: count, joined: 0)
    )
    let owners = try gallery.people(ofFaces: faces)
    return faces.compactMap { owners[$0] }
  }

  @Test func `one of several who give a name at once gives it`() async throws {
    try await MilvusServer.with { server in
      let gallery = try Self.open(server)
      let people = try Self.people(6, in: gallery)
      #expect(Set(people).count == 6)
      // The last has a name already: changing something else of a person must not give it anew either.
      _ = try gallery.name(person: people[5], "Ann")
      let failures = Mutex<[GalleryError]>([])
      DispatchQueue.concurrentPerform(iterations: 6) { number in
        do {
          let own = try Self.open(server)
          if number == 5 {
            _ = try own.name(person: people[5], "Bea")
          } else if number == 4 {
            _ = try own.hide(people: [people[5]], faces: [])
          } else {
            _ = try own.name(person: people[number], "Ann")
          }
        } catch let error as GalleryError {
          failures.withLock { $0.append(error) }
        } catch {
          Issue.record("\(error)")
        }
      }
      let bearers = try gallery.records(.person, .equal(Record.textField, "Ann"))
      #expect(bearers.count <= 1)
      for failure in failures.withLock({ $0 }) {
        guard case .personNameTaken(_, name: "Ann", _) = failure else {
          Issue.record("\(failure)")
          continue
        }
      }
      #expect(failures.withLock { $0.count } >= 3)
      #expect(try gallery.records(.claim).isEmpty)
      let findings = try gallery.check(hasUnitLength: false, repairing: false)
      #expect(findings.isEmpty, "\(findings)")
    }
  }

  @Test func `names of faces become one only where that is asked for`() async throws {
    try await MilvusServer.with { server in
      let gallery = try Self.open(server)
      for name in ["Ann", "Bo", "Cleo"] { try gallery.addName(name) }
      let failures = Mutex<[GalleryError]>([])
      DispatchQueue.concurrentPerform(iterations: 3) { number in
        do {
          try Self.open(server).rename(["Ann", "Bo", "Cleo"][number], to: "Dora")
        } catch let error as GalleryError {
          failures.withLock { $0.append(error) }
        } catch {
          Issue.record("\(error)")
        }
      }
      #expect(
        failures.withLock { $0 }
          == [GalleryError](repeating: .nameTaken(path: gallery.path, name: "Dora"), count: 2))
      #expect(try gallery.names().count == 3 && gallery.records(.claim).isEmpty)
    }
  }

  @Test func `the claim of a program that died is taken over`() async throws {
    try await MilvusServer.with { server in
      let gallery = try Self.open(server, lease: .milliseconds(300))
      let people = try Self.people(2, in: gallery)
      let digest = NameClaim.digest("Ann")
      try gallery.put([
        Record(key: Record.key(claimTo: digest, by: "dead", turn: 1), kind: .claim, text: digest)
      ])
      // Another name is nobody's.
      let started = ContinuousClock.now
      _ = try gallery.name(person: people[1], "Bo")
      _ = try gallery.name(person: people[0], "Ann")
      #expect(ContinuousClock.now - started >= .milliseconds(300))
      #expect(try gallery.person(named: "Ann") == people[0])
      #expect(try gallery.records(.claim).isEmpty)
      // A claim tells no name, since it may outlive it.
      #expect(!digest.contains("Ann") && digest == NameClaim.digest("Ann"))
      #expect(NameClaim.digest("e\u{301}") == NameClaim.digest("é"))
    }
  }

  @Test func `a claim that is kept is another row, and one that was taken over is lost`()
    async throws
  {
    try await MilvusServer.with { server in
      let gallery = try Self.open(server, lease: .milliseconds(30))
      var claim = try NameClaim(of: ["Ann", "Bo"], in: gallery)
      let first = Set(try gallery.records(.claim).map(\.key))
      Thread.sleep(forTimeInterval: 0.02)
      try claim.keep()
      let second = Set(try gallery.records(.claim).map(\.key))
      #expect(first.count == 2 && second.count == 2 && first.isDisjoint(with: second))
      let isHeld = try claim.stands()
      #expect(isHeld && !claim.isLost)
      try gallery.delete([second.sorted()[0]])
      Thread.sleep(forTimeInterval: 0.02)
      try claim.keep()
      let isLeft = try claim.stands()
      #expect(claim.isLost && !isLeft)
      #expect(try gallery.records(.claim).isEmpty)
    }
  }

  /// A program that stood still for longer than others waited does not give a name a second time.
  @Test(arguments: [true, false])
  func `whoever wakes up too late gives way`(_ isLate: Bool) async throws {
    try await MilvusServer.with { server in
      // With the long lease it does not look before it writes, only afterwards.
      let gallery = try Self.open(server, lease: isLate ? .milliseconds(30) : .seconds(600))
      let other = try Self.open(server)
      let people = try Self.people(2, in: gallery)
      var subject = PeopleBook.Subject()
      (subject.people, subject.names) = ([people[0]], ["Ann"])
      var calls = 0
      do {
        _ = try gallery.changePeople(subject) { book throws(GalleryError) in
          calls += 1
          let edit = try book.name(person: people[0], "Ann")
          if calls == 1 {
            try other.delete(other.records(.claim).map(\.key))
            _ = try other.name(person: people[1], "Ann")
            Thread.sleep(forTimeInterval: 0.02)
          }
          return edit
        }
        Issue.record("the name is given twice")
      } catch {
        #expect(
          error as? GalleryError
            == .personNameTaken(path: gallery.path, name: "Ann", person: people[1]))
      }
      #expect(calls == (isLate ? 2 : 1))
      #expect(try gallery.person(named: "Ann") == people[1])
      #expect(try gallery.names(ofPeople: [people[0]]).isEmpty)
      #expect(try gallery.peopleHistory(before: nil, count: nil).total == 1)
    }
  }
}
