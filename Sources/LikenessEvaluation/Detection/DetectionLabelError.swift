import LikenessCore

/// Why the faces marked in photos cannot be counted against.
public enum DetectionLabelError: ClassifiedError, Equatable {
  /// A line, counted from 1, that is not what the format asks for.
  case malformed(path: String, line: Int, reason: String)
  /// A label file that cannot be read at all.
  case unreadable(path: String, reason: String)
  /// Labels of a photo of another shape than the photo beside them: width × height, upright.
  case otherShape(path: String, labelled: String, photo: String)
  /// Labels of several formats fit the photos.
  case severalFormats(path: String, [DetectionLabelFormat])
  /// No photo has labels.
  case noLabels(path: String, format: DetectionLabelFormat?)
  /// A folder without photos.
  case noPhotos(path: String)

  public var kind: ErrorKind {
    switch self {
    case .malformed, .otherShape, .severalFormats: .invalidInput
    case .unreadable: .unreadable
    case .noLabels, .noPhotos: .nothingToAnswer
    }
  }

  /// What is wrong, and where, in one line.
  public var description: String {
    switch self {
    case .malformed(let path, let line, let reason):
      "\(path), line \(line): \(reason)"
    case .unreadable(let path, let reason):
      "\(path): the labels cannot be read (\(reason))"
    case .otherShape(let path, let labelled, let photo):
      "\(path): the labels are of a photo of \(labelled) pixels, but upright it has \(photo); "
        + "label the photo as it is shown"
    case .severalFormats(let path, _):
      "\(path) has labels in several formats"
    case .noLabels(let path, let format):
      "\(path): no photo has \(format.map { "\($0.title) labels" } ?? "labels")"
    case .noPhotos(let path):
      "there are no photos in \(path)"
    }
  }
}

/// How label files are written.
public enum DetectionLabelFormat: String, Sendable, CaseIterable {
  /// A text file a photo: class, middle and size of each face, as parts of the photo.
  case yolo
  /// An XML file a photo: boxes in pixels.
  case voc
  /// One list of all photos, boxes in pixels, as WIDER FACE is published.
  case wider

  var title: String {
    switch self {
    case .yolo: "YOLO"
    case .voc: "Pascal VOC"
    case .wider: "WIDER FACE"
    }
  }
}
