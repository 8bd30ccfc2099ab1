import LikenessCore

/// Why photos cannot be learnt from.
public enum DatasetError: ClassifiedError, Equatable {
  /// Nothing is at a path.
  case missing(path: String)
  /// A folder or table without a photo.
  case noPhotos(path: String)
  /// A file's name does not say what the others' say.
  case badName(path: String)
  /// A photo that lies in no person's folder, while others do.
  case outsideOfFolders(path: String)
  /// A table without a line of column names, or without one of the columns.
  case missingColumn(path: String, column: String, columns: [String])
  /// A line of a table that cannot be understood.
  case badLine(path: String, line: Int, reason: String)
  /// A table names a photo that is not there.
  case missingPhoto(path: String, line: Int, photo: String)
  /// A file that cannot be read.
  case unreadable(path: String, reason: String)
  /// An attribute that the photos do not have.
  case unknownAttribute(String, known: [String])
  /// A value of an attribute that no photo has.
  case unknownValue(attribute: String, value: String, values: [String])
  /// All photos are alike in an attribute.
  case oneValue(attribute: String, value: String)
  /// No two photos are alike in an attribute.
  case nothingShared(attribute: String)
  /// A share that leaves nothing on one of both sides.
  case emptySplit(String)
  /// No face was found on any of the photos, or too few.
  case noFaces(photos: Int, firstReason: String)

  public var kind: ErrorKind {
    switch self {
    case .missing, .missingPhoto: .notFound
    case .unreadable: .unreadable
    case .noPhotos, .badName, .outsideOfFolders, .missingColumn, .badLine, .unknownAttribute,
      .unknownValue, .oneValue, .nothingShared, .emptySplit, .noFaces:
      .invalidInput
    }
  }

  public var description: String {
    switch self {
    case .missing(let path):
      "\(path): no such file or folder"
    case .noPhotos(let path):
      "\(path): there are no photos"
    case .badName(let path):
      "\(path): the name does not say person and expression, as KM.HA1.4.jpg would"
    case .outsideOfFolders(let path):
      "\(path): lies in no person's folder, while other photos do"
    case .missingColumn(let path, let column, let columns):
      "\(path), line 1: there is no column \"\(column)\", only \(columns.joined(separator: ", "))"
    case .badLine(let path, let line, let reason):
      "\(path), line \(line): \(reason)"
    case .missingPhoto(let path, let line, let photo):
      "\(path), line \(line): there is no photo \(photo)"
    case .unreadable(let path, let reason):
      "\(path): cannot be read (\(reason))"
    case .unknownAttribute(let name, let known):
      "the photos have no attribute \"\(name)\", only \(known.joined(separator: ", "))"
    case .unknownValue(let attribute, let value, let values):
      "no photo has the \(attribute) \"\(value)\"; there is \(values.prefix(12).joined(separator: ", "))"
        + (values.count > 12 ? " and \(values.count - 12) more" : "")
    case .oneValue(let attribute, let value):
      "all photos are of one \(attribute), \"\(value)\": at least two are needed to tell them apart"
    case .nothingShared(let attribute):
      "no two photos are of the same \(attribute): at least two of one are needed"
    case .emptySplit(let reason):
      reason
    case .noFaces(let photos, let reason):
      "too few faces on \(photos) photos (\(reason))"
    }
  }
}
