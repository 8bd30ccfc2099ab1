import GalleryCore
import LikenessCore
import Synchronization

/// Measures how similar the impostors of a gallery are, from which its thresholds follow.
public final class ThresholdMeasurement: Sendable {
  /// How similar impostors were at a revision of a gallery.
  private struct Measured {
    var revision: Int
    var mark: String
    var faces: Int
    var impostors: ImpostorDistribution
  }

  private let gallery: OpenGallery
  private let networks: GalleryNetworks
  private let last = Mutex<Measured?>(nil)

  init(of gallery: OpenGallery, _ networks: GalleryNetworks) {
    (self.gallery, self.networks) = (gallery, networks)
  }

  /// The thresholds that fit the gallery as it is now.
  ///
  /// The impostor distribution of a small gallery is the model's; one of a hundred and more faces
  /// is measured. Quick, since no more than 2,000 faces are sampled.
  /// - Parameter falseLinks: the expected number of false links of a face; as the graph was built last
  ///   unless said, else `GalleryThresholds.standardFalseLinks`.
  /// - Throws: `GalleryError`
  public func current(falseLinks: Double? = nil) throws -> GalleryThresholds {
    try current(of: try gallery.reader(), falseLinks: falseLinks)
  }

  func current(of store: any FaceStore, falseLinks: Double? = nil) throws -> GalleryThresholds {
    let wanted = try falseLinks ?? GraphParameters(of: store.linkState())?.falseLinks
    let verification = networks.verification
    let measured = try last.withLock { last in
      let revision = try store.revision()
      let mark = try store.mark(of: revision)
      if let last, last.revision == revision, last.mark == mark { return last }
      let sample = try store.sample(most: ImpostorDistribution.sampled)
      let new = Measured(
        revision: revision, mark: mark, faces: sample?.count ?? 0,
        impostors: ImpostorDistribution(ofSample: sample?.embeddings, verification: verification))
      last = new
      return new
    }
    return GalleryThresholds(
      faces: measured.faces, impostors: measured.impostors,
      falseLinks: wanted ?? GalleryThresholds.standardFalseLinks, verification: verification)
  }

  /// Lets go of what was measured, after the gallery was made one of another model.
  func forget() { last.withLock { $0 = nil } }
}
