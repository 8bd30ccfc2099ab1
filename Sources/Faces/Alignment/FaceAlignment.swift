import LikenessCore

/// A way to cut faces out for an embedding: which points of a face come to lie where.
///
/// A new one is a file with a type that conforms to this, and its line in `ModelManifest.Alignment.registered`.
protocol FaceAlignment: Sendable {
  /// As users type it, and as manifests have it.
  var name: String { get }
  /// One line for the help, without a full stop.
  var summary: String { get }
  /// Whether it needs dlib's landmarks, which are found for it alone.
  var needsDlibLandmarks: Bool { get }

  /// A face cut out.
  /// - Parameters:
  ///   - landmarks: the detector's five points, in pixels of the photo.
  ///   - dlib: called where dlib's landmarks are needed.
  ///   - side: width and height in pixels.
  func chip(
    from photo: Photo, landmarks: FaceLandmarks, dlib: () -> DlibLandmarks, side: Int
  ) -> FaceChip
}

extension ModelManifest {
  /// How a face is cut out for an embedding.
  public struct Alignment: RegisteredChoice {
    /// Every alignment there is: a new one is its file and a line here.
    static let registered: [any FaceAlignment] = [
      DlibAlignment(),
      ArcFaceAlignment(),
    ]

    public static var allCases: [Self] { registered.map { Self($0) } }

    let alignment: any FaceAlignment

    init(_ alignment: any FaceAlignment) { self.alignment = alignment }

    public var rawValue: String { alignment.name }
    public var summary: String { alignment.summary }
  }
}
