import LikenessCore

/// Why a photo could not be read or written. `path` is nil where the bytes came from memory.
public enum PhotoError: ClassifiedError, Equatable {
  case noSuchFile(path: String)
  case isDirectory(path: String)
  /// The system refused; `reason` is its own text.
  case notReadable(path: String, reason: String)
  case empty(path: String?)
  /// The bytes are not those of any image, whatever the file is called.
  case notAnImage(path: String?)
  /// An image, but of a kind that cannot be decoded.
  case unsupportedFormat(path: String?, name: String)
  /// The file ends before its image does.
  case truncated(path: String?)
  /// The header claims more pixels than the limit. Nothing was decoded.
  case tooManyPixels(path: String?, width: Int, height: Int, limit: Int)
  /// The image is larger than its format's decoder takes, or decoding it would take more memory or scans than the limits
  /// let; `detail` is the decoder's own text, or says how much.
  case tooLargeToDecode(path: String?, detail: String)
  /// Decoding it took longer than the limit, and was given up.
  case tooSlowToDecode(path: String?, seconds: Double)
  /// The file has more bytes than the limit.
  case tooLarge(path: String?, bytes: Int, limit: Int)
  /// The image is broken in some other way; `detail` is the decoder's own text.
  case damaged(path: String?, detail: String)
  case notEncodable(detail: String)

  public var kind: ErrorKind {
    switch self {
    case .noSuchFile, .isDirectory, .notReadable: .notFound
    case .tooManyPixels, .tooLargeToDecode, .tooSlowToDecode, .tooLarge: .tooLarge
    case .empty, .notAnImage, .unsupportedFormat, .truncated, .damaged, .notEncodable: .unreadable
    }
  }

  /// One line: which file, what is wrong with it, and what to do.
  public var description: String {
    switch self {
    case .noSuchFile(let path):
      "\(oneLine(path)): no such file; check the path"
    case .isDirectory(let path):
      "\(oneLine(path)): is a folder, not a photo; name a file in it"
    case .notReadable(let path, let reason):
      "\(oneLine(path)): cannot be read (\(oneLine(reason))); check its permissions"
    case .empty(let path):
      "\(subject(path)): the file is empty; copy it again from where it came"
    case .notAnImage(let path):
      "\(subject(path)): is not an image; use JPEG, PNG, WebP, TIFF, GIF, HEIC, AVIF, BMP or PNM"
    case .unsupportedFormat(let path, let name):
      "\(subject(path)): \(oneLine(name)) is not supported; convert it to JPEG or PNG"
    case .truncated(let path):
      "\(subject(path)): the file is cut short; copy it again from where it came"
    case .tooManyPixels(let path, let width, let height, let limit):
      "\(subject(path)): \(width) x \(height) pixels are over the limit of \(limit) pixels; "
        + "shrink the photo or raise the limit"
    case .tooLargeToDecode(let path, let detail):
      "\(subject(path)): the image is too large to be decoded (\(oneLine(detail))); shrink the photo"
    case .tooSlowToDecode(let path, let seconds):
      "\(subject(path)): decoding it takes longer than the limit of \(Int(seconds.rounded(.up))) s; "
        + "shrink the photo, or save it as a JPEG"
    case .tooLarge(let path, let bytes, let limit):
      "\(subject(path)): \(bytes) bytes are over the limit of \(limit) bytes; "
        + "shrink the photo or raise the limit"
    case .damaged(let path, let detail):
      "\(subject(path)): the image is damaged (\(oneLine(detail))); "
        + "copy it again or open and save it in another program"
    case .notEncodable(let detail):
      "the picture cannot be encoded (\(oneLine(detail))); try another size or format"
    }
  }

  private func subject(_ path: String?) -> String { path.map(oneLine) ?? "photo" }

  /// File names may hold line breaks, and decoders write several lines.
  private func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: "; ")
  }
}
