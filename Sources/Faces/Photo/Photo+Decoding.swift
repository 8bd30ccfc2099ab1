import CVips
import Foundation
import LikenessCore

extension Photo {
  /// Reads a photo: the first frame or page, upright, in sRGB, on white where it is transparent.
  ///
  /// May be called from any number of threads at once.
  /// - Parameter url: its path as `PathText` writes it.
  /// - Throws: `PhotoError`, with the path.
  public static func load(
    contentsOf url: URL, limits: PhotoLimits = .default
  ) throws(PhotoError) -> Photo {
    try decode(read(contentsOf: url, limits: limits), limits: limits, path: url.path)
  }

  /// The bytes of a photo's file, for callers that need them for something else too. Only the
  /// start is looked at: a file that begins like no image is refused unread.
  /// - Throws: `PhotoError`, with the path.
  public static func read(
    contentsOf url: URL, limits: PhotoLimits = .default
  ) throws(PhotoError) -> Data {
    let path = url.path
    // Without waiting, as a pipe without a writer would never open.
    let file = open(PathText.cString(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw unreadable(path, errno) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw unreadable(path, errno) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw .isDirectory(path: path)
    default: throw .notReadable(path: path, reason: "not a file")
    }
    let size = Int(status.st_size)
    guard size > 0 else { throw .empty(path: path) }
    guard size <= limits.maximumBytes else {
      throw .tooLarge(path: path, bytes: size, limit: limits.maximumBytes)
    }

    let head = try readBytes(file, upTo: min(size, 32), path)
    _ = try format(head, path)
    var data = Data(capacity: size)
    data.append(contentsOf: head)
    if head.count == min(size, 32), size > head.count {
      data.append(contentsOf: try readBytes(file, upTo: size - head.count, path))
    }
    return data
  }

  /// Decodes a photo from the bytes of its file, as `load` does.
  /// - Parameter path: what errors are to call it.
  /// - Throws: `PhotoError`.
  public static func decode(
    _ data: Data, limits: PhotoLimits = .default, path: String? = nil
  ) throws(PhotoError) -> Photo {
    guard !data.isEmpty else { throw .empty(path: path) }
    guard data.count <= limits.maximumBytes else {
      throw .tooLarge(path: path, bytes: data.count, limit: limits.maximumBytes)
    }
    let format = try format([UInt8](data.prefix(32)), path)
    do {
      return try data.withUnsafeBytes { bytes in
        try PhotoDecoder(
          format: format, bytes: bytes, limits: limits, path: path,
          original: PhotoOriginal(data: data, format: format, limits: limits, path: path)
        ).decode()
      }
    } catch let error as PhotoError {
      throw error
    } catch {
      throw .damaged(path: path, detail: "\(error)")
    }
  }

  private static func format(_ head: [UInt8], _ path: String?) throws(PhotoError) -> PhotoFormat {
    if let format = PhotoFormat.sniff(head) { return format }
    if let name = PhotoFormat.unsupportedName(head) {
      throw .unsupportedFormat(path: path, name: name)
    }
    throw .notAnImage(path: path)
  }

  private static func readBytes(
    _ file: CInt, upTo count: Int, _ path: String
  ) throws(PhotoError) -> [UInt8] {
    var failure: CInt = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while initialized < count {
        let got = Foundation.read(
          file, buffer.baseAddress.map { $0 + initialized }, count - initialized)
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = errno }
        guard got > 0 else { break }
        initialized += got
      }
    }
    guard failure == 0 else { throw unreadable(path, failure) }
    return bytes
  }

  private static func unreadable(_ path: String, _ code: CInt) -> PhotoError {
    code == ENOENT || code == ENOTDIR
      ? .noSuchFile(path: path)
      : .notReadable(path: path, reason: String(cString: strerror(code)))
  }
}
