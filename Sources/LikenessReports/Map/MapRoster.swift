import GalleryCore
import LikenessCore

/// The faces that a map shows, in the order of their ids: those that have an embedding and are not doubtful, without what the
/// user hid.
struct MapRoster {
  private(set) var faces: [FaceOutline]
  /// How many are left out since the user hid them.
  let hidden: Int

  /// - Throws: `GalleryError`
  init(_ store: any FaceStore, without hidden: Set<FaceID>) throws(GalleryError) {
    let certain = try store.outlines().filter { $0.isEmbedded && !$0.isDoubtful }
    faces = hidden.isEmpty ? certain : certain.filter { !hidden.contains($0.id) }
    self.hidden = certain.count - faces.count
  }

  /// `(n,)`
  var ids: [FaceID] { faces.map(\.id) }

  /// Leaves out those that were removed since.
  mutating func keep(_ isThere: (FaceID) -> Bool) { faces.removeAll { !isThere($0.id) } }
}
