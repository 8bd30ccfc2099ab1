import LikenessCore

/// What is known about faces before clustering, by row.
public struct ClusteringConstraints: Sendable {
  /// The photo of each face, `(n,)`. Faces of one photo are different people, unless they are pinned to
  /// one group.
  public var photos: [PhotoID]
  /// The group that the user put each face into, `(n,)`, or -1. Faces of one group are one person, faces
  /// of two groups are never made one.
  public var groups: [Int32]
  /// Groups that are not one person even if they have no names yet: not suggested.
  public var apart: [(Int32, Int32)]
  /// Rows of faces that are not of a group. Nor is, without better evidence, a face that is nearer to one of these than to
  /// every face of the group.
  public var rejected: [(row: Int, group: Int32)]
  /// The groups that each face cannot be of, by what is known besides, such as when its photo was taken, `(n,)`; empty if there
  /// are none. It says nothing of other faces, unlike `rejected`.
  public var ruledOut: [[Int32]]

  /// - Precondition: as many photos as groups, and as many of `ruledOut` or none.
  public init(
    photos: [PhotoID], groups: [Int32], apart: [(Int32, Int32)] = [],
    rejected: [(row: Int, group: Int32)] = [], ruledOut: [[Int32]] = []
  ) {
    precondition(
      photos.count == groups.count && (ruledOut.isEmpty || ruledOut.count == groups.count))
    self.photos = photos
    self.groups = groups
    self.apart = apart
    self.rejected = rejected
    self.ruledOut = ruledOut
  }

  /// No constraints: each face has its own photo and no group.
  public init(unconstrained count: Int) {
    self.init(
      photos: (0..<count).map { PhotoID(Int64($0)) }, groups: [Int32](repeating: -1, count: count))
  }
}
