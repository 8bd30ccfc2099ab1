import ExtendedAttributes
import Foundation
import LikenessCore

/// Small files beside photos, and photos that are written anew.
enum MetadataFile {
  /// The bytes of a file.
  /// - Parameter url: its path as `PathText` writes it.
  /// - Returns: nil where there is none.
  /// - Throws: `MetadataError.notReadable`, `.malformed` where it has more bytes than `most`
  static func read(_ url: URL, most: Int) throws(MetadataError) -> Data? {
    // Without waiting, as a pipe without a writer would never open.
    let file = open(PathText.cString(url.path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw failure(url, errno)
    }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw failure(url, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    guard status.st_size <= most else {
      throw .malformed(path: url.path, reason: "it has more than \(most >> 20) MB")
    }
    do {
      return try FileHandle(fileDescriptor: file, closeOnDealloc: false).readToEnd() ?? Data()
    } catch {
      throw failure(url, EIO)
    }
  }

  private static func failure(_ url: URL, _ code: CInt) -> MetadataError {
    .notReadable(path: url.path, reason: String(cString: strerror(code)).lowercased())
  }

  /// Writes a file so that it is there whole or as it was, also after a loss of power. Of one that is there, owner, rights
  /// and extended attributes stay; of a photo the times as well.
  /// - Parameters:
  ///   - url: its path as `PathText` writes it; of a link, the file that it leads to is written.
  ///   - former: what has to be in it still; nil where there has to be no file.
  ///   - keepsTimes: whether its times stay.
  /// - Throws: `MetadataError.notWritable`, `.changedMeanwhile`
  static func write(
    _ data: Data, to url: URL, former: Data?, keepsTimes: Bool
  ) throws(MetadataError) {
    let url = target(of: url)
    let path = PathText.cString(url.path)
    func failure(_ code: CInt) -> MetadataError {
      .notWritable(path: url.path, reason: String(cString: strerror(code)).lowercased())
    }
    var status = stat()
    let isThere = stat(path, &status) == 0
    if former != nil, access(path, W_OK) != 0 { throw failure(errno) }
    let fresh = PathText.cString(
      url.deletingLastPathComponent().appendingPathComponent(".\(UUID().uuidString).new").path)
    let file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw failure(errno) }
    var isDone = false
    defer { if !isDone { unlink(fresh) } }
    do {
      defer { close(file) }
      guard data.withUnsafeBytes({ write($0, to: file) }) else { throw failure(errno) }
      if isThere {
        // Its group may be one that this user is not in; then it is the user's.
        _ = fchown(file, status.st_uid, status.st_gid)
        guard fchmod(file, status.st_mode & 0o7777) == 0 else { throw failure(errno) }
        copyAttributes(from: path, to: file)
        if keepsTimes {
          var times = [status.st_atim, status.st_mtim]
          guard futimens(file, &times) == 0 else { throw failure(errno) }
        }
      }
      guard fsync(file) == 0 else { throw failure(errno) }
    }
    // Somebody else may have written it since it was read.
    guard try read(url, most: .max) == former else { throw .changedMeanwhile(path: url.path) }
    guard rename(fresh, path) == 0 else { throw failure(errno) }
    isDone = true
    let folder = open(
      PathText.cString(url.deletingLastPathComponent().path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  /// The file that a link leads to; the path itself where nothing is there.
  private static func target(of url: URL) -> URL {
    guard let path = realpath(PathText.cString(url.path), nil) else { return url }
    defer { free(path) }
    let bytes = UnsafeRawBufferPointer(start: path, count: strlen(path))
    return URL(fileURLWithPath: PathText.text(of: bytes))
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to file: CInt) -> Bool {
    var done = 0
    while done < bytes.count {
      let count = Foundation.write(file, bytes.baseAddress! + done, bytes.count - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// Those that this user may set; a file system without any has none.
  private static func copyAttributes(from path: [CChar], to file: CInt) {
    let length = listxattr(path, nil, 0)
    guard length > 0 else { return }
    var names = [CChar](repeating: 0, count: length)
    let listed = listxattr(path, &names, length)
    guard listed > 0 else { return }
    for name in names.prefix(listed).split(separator: 0) {
      let name = Array(name) + [0]
      let size = getxattr(path, name, nil, 0)
      guard size >= 0 else { continue }
      var value = [UInt8](repeating: 0, count: max(1, size))
      let got = getxattr(path, name, &value, size)
      if got >= 0 { _ = fsetxattr(file, name, value, got, 0) }
    }
  }
}
