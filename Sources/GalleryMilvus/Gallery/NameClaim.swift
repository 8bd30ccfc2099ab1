import Crypto
import Foundation
import GalleryCore
import LikenessCore

/// Names that no other program gives to anybody for as long as this one has the claim to them. The protocol and its proof:
/// `Documentation/Decisions/milvus.md`.
///
/// A claim is a row of its own for each name, under a key that nobody else writes. Who wants a name puts the row, then reads
/// the rows of all others, and has the name only where there is none. Of two who want one name at once, the one whose row came
/// later sees the other's.
struct NameClaim {
  /// The names that are claimed.
  let names: Set<String>
  /// Whether another program took it over, as it does after an owner that died.
  private(set) var isLost = false

  private let gallery: MilvusGallery
  private let owner = UUID().uuidString.lowercased()
  /// Rises with every row, so that no call that a server carries out late is about a row that came after it.
  private var turn = 0
  /// When the rows were put that stand now.
  private var put = ContinuousClock.now

  /// How many leases a program waits for a name that others have, and how long at least.
  private static let patience = (leases: 4, least: Duration.seconds(20))
  /// So many looks at the claims of others there are in a lease at least.
  private static let looks = 8

  /// Waits until nobody else has a claim to one of some names.
  /// - Throws: `GalleryError.inUse` where that takes very long
  init(of names: Set<String>, in gallery: MilvusGallery) throws(GalleryError) {
    (self.names, self.gallery) = (names, gallery)
    guard !names.isEmpty else { return }
    var watch = Watch(lease: gallery.claimLease)
    let deadline =
      ContinuousClock.now
      + max(gallery.claimLease * Self.patience.leases, Self.patience.least)
    let longest = min(0.4, gallery.claimLease / .seconds(Self.looks))
    var wait = 0.02
    while true {
      var others = try rows().others
      if others.isEmpty {
        try putRows()
        others = try rows().others
        if others.isEmpty { return }
        // Both may have seen each other: whoever comes back first has it.
        try gallery.delete(keys(turn))
      }
      let dead = watch.dead(among: others)
      if !dead.isEmpty {
        try gallery.delete(dead)
        continue
      }
      guard ContinuousClock.now < deadline else { throw .inUse(path: gallery.path, pid: nil) }
      Thread.sleep(forTimeInterval: .random(in: 0...wait))
      wait = min(2 * wait, longest)
    }
  }

  /// Says that its owner is alive. To be called before each write that takes the claim for granted.
  mutating func keep() throws(GalleryError) {
    guard !names.isEmpty, !isLost, ContinuousClock.now - put > gallery.claimLease / 3 else {
      return
    }
    let last = turn
    try putRows()
    let found = try rows()
    isLost = !found.others.isEmpty || !found.own.isSuperset(of: keys(last))
    try gallery.delete(isLost ? keys(last) + keys(turn) : keys(last))
  }

  /// Looks whether nobody took it over until now.
  mutating func stands() throws(GalleryError) -> Bool {
    guard !names.isEmpty, !isLost else { return !isLost }
    isLost = try !rows().own.isSuperset(of: keys(turn))
    return !isLost
  }

  /// Gives the names up. Without it, they are others' after the lease.
  func release() {
    guard !names.isEmpty, !isLost else { return }
    try? gallery.delete(keys(turn))
  }

  // MARK: Rows

  private func keys(_ turn: Int) -> [String] {
    names.map { Record.key(claimTo: Self.digest($0), by: owner, turn: turn) }
  }

  private mutating func putRows() throws(GalleryError) {
    turn += 1
    put = .now
    var rows: [Record] = []
    for name in names {
      let digest = Self.digest(name)
      rows.append(
        Record(
          key: Record.key(claimTo: digest, by: owner, turn: turn), kind: .claim, text: digest))
    }
    try gallery.put(rows)
  }

  private func rows() throws(GalleryError) -> (own: Set<String>, others: Set<String>) {
    var all: Set<String> = []
    for some in names.map({ Self.digest($0) }).parts(of: MilvusGallery.page) {
      all.formUnion(
        try gallery.records(.claim, .among(Record.textField, some)).map(\.key))
    }
    let own = all.filter { $0.contains(owner) }
    return (own, all.subtracting(own))
  }

  /// A claim of a program that died outlives the name: it does not tell it.
  static func digest(_ name: String) -> String {
    SHA256.hash(data: Data(name.precomposedStringWithCanonicalMapping.utf8)).hexadecimal
  }

  /// For how long rows of others have been there. Clocks of different machines are not compared, and what a server that is
  /// away keeps from being seen does not count.
  private struct Watch {
    let lease: Duration
    private var watched: [String: Duration] = [:]
    private var last = ContinuousClock.now

    /// What one look counts at most.
    private var most: Duration { lease / NameClaim.looks }

    init(lease: Duration) { self.lease = lease }

    /// Those that are there since so long that their owner died.
    mutating func dead(among others: Set<String>) -> Set<String> {
      let now = ContinuousClock.now
      let passed = min(now - last, most)
      last = now
      watched = Dictionary(
        uniqueKeysWithValues: others.map { key in (key, watched[key].map { $0 + passed } ?? .zero) }
      )
      let dead = Set(watched.filter { $0.value >= lease }.keys)
      for key in dead { watched[key] = nil }
      return dead
    }
  }
}

extension MilvusGallery {
  /// Does something with names that no other program gives to anybody meanwhile.
  func claiming<Value>(
    _ names: Set<String>, _ body: (inout NameClaim) throws(GalleryError) -> Value
  ) throws(GalleryError) -> Value {
    var claim = try NameClaim(of: names, in: self)
    do {
      let value = try body(&claim)
      claim.release()
      return value
    } catch {
      claim.release()
      throw error
    }
  }
}
