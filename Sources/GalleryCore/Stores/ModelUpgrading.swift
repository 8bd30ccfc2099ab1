import LikenessCore

/// Gives a gallery the embeddings of another model.
public protocol ModelUpgrading: AnyObject, Sendable {
  /// Begins to give the gallery another model, or goes on with it; with its own, only faces without an embedding get one.
  /// - Parameter settings: what else the embeddings depend on. What was kept aside under others, or for another model, is
  ///   thrown away.
  /// - Throws: `GalleryError.inUse` while another program does so
  func upgrade(
    to model: EmbeddingModel, settings: String
  ) throws(GalleryError) -> any GalleryUpgrade
  /// How far an upgrade is that was begun and has not come to its end; nil without one.
  func unfinishedUpgrade() throws(GalleryError) -> UpgradeProgress?
}
