/// The links between faces of a gallery that are likely one person.
public final class GalleryLinks: Sendable {
  let gallery: OpenGallery
  let networks: GalleryNetworks
  let thresholds: ThresholdMeasurement
  let lastGraph: Remembered<FaceGraph>

  init(of gallery: OpenGallery, _ networks: GalleryNetworks, _ thresholds: ThresholdMeasurement) {
    (self.gallery, self.networks, self.thresholds) = (gallery, networks, thresholds)
    lastGraph = Remembered(of: gallery)
  }

  /// Whether `graph()` answers at once, since the gallery has not changed since it last did.
  public var isGraphAtHand: Bool { lastGraph.isAtHand }
}
