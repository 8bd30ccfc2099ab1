import LikenessCore

/// A page of a long list, with the cursor of the next one.
public struct Page<Item: Sendable, ID: RecordID>: Sendable {
  /// What the page shows, in order.
  public let items: [Item]
  /// The last id of this page; nil at the end.
  public let next: ID?
  /// The number of items on all pages.
  public let total: Int
}
