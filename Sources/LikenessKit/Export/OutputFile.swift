import Foundation
import Synchronization

/// Files that are there whole or not at all.
public enum OutputFile {
  private static let underWay = Atomic(0)

  /// Whether a file is being written beside its place just now: a program that ends leaves it there.
  public static var isWriting: Bool { underWay.load(ordering: .relaxed) > 0 }

  /// Says of what `body` does that it writes files beside their places.
  package static func whileWriting<Value, Failure: Error>(
    _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    underWay.add(1, ordering: .relaxed)
    defer { underWay.subtract(1, ordering: .relaxed) }
    return try body()
  }

  /// Writes beside the place and renames.
  /// - Throws: `LikenessError.notWritable`
  public static func write(_ data: Data, to url: URL) throws {
    do {
      try whileWriting { try data.write(to: url, options: .atomic) }
    } catch {
      throw LikenessError.notWritable(path: url.path, reason: reason(error))
    }
  }

  /// Writes piece by piece beside the place, and renames when all is there: of a file that does not become whole nothing
  /// stays.
  /// - Parameter body: is given what writes the next piece.
  /// - Throws: `LikenessError.notWritable`, and what `body` throws
  public static func write(
    to url: URL, _ body: ((Data) throws -> Void) throws -> Void
  ) throws {
    var known = stat()
    let isThere = stat(url.path, &known) == 0
    // A pipe or a device is no file that could be replaced.
    if isThere, known.st_mode & S_IFMT != S_IFREG {
      guard known.st_mode & S_IFMT != S_IFDIR else { throw LikenessError.notWritable(url, EISDIR) }
      return try fill(url.path, O_WRONLY, for: url, body)
    }
    // What a link leads to is written, and the link stays.
    let place = url.resolvingSymlinksInPath()
    let start = place.lastPathComponent + ".unfinished-"
    let folder = place.deletingLastPathComponent()
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    where name.hasPrefix(start) { unlink(folder.appendingPathComponent(name).path) }
    let unfinished = folder.appendingPathComponent(
      start + String(UInt64.random(in: 0...UInt64.max), radix: 36)
    ).path
    try whileWriting {
      var isWhole = false
      defer { if !isWhole { unlink(unfinished) } }
      try fill(unfinished, O_WRONLY | O_CREAT | O_EXCL, for: url, body)
      if isThere { chmod(unfinished, known.st_mode & 0o7777) }
      guard rename(unfinished, place.path) == 0 else { throw LikenessError.notWritable(url, errno) }
      isWhole = true
    }
  }

  private static func fill(
    _ path: String, _ flags: Int32, for url: URL, _ body: ((Data) throws -> Void) throws -> Void
  ) throws {
    let file = open(path, flags | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw LikenessError.notWritable(url, errno) }
    defer { close(file) }
    let handle = FileHandle(fileDescriptor: file, closeOnDealloc: false)
    try body { piece in
      do {
        try handle.write(contentsOf: piece)
      } catch {
        throw LikenessError.notWritable(path: url.path, reason: reason(error))
      }
    }
    // Not everything that can be written can be synchronized.
    guard fsync(file) == 0 || errno == EINVAL || errno == EROFS else {
      throw LikenessError.notWritable(url, errno)
    }
  }

  /// Checks that a file could be written, before long work is done for it.
  /// - Throws: `LikenessError.notWritable`
  public static func checkWritable(_ url: URL) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue
    {
      throw LikenessError.notWritable(url, EISDIR)
    }
    try checkWritable(besides: url)
  }

  /// Checks that something could be written beside a file or folder, which takes its place when it is whole.
  /// - Throws: `LikenessError.notWritable`
  package static func checkWritable(besides url: URL) throws {
    let parent = url.standardizedFileURL.deletingLastPathComponent().path
    guard access(parent, W_OK | X_OK) == 0 else { throw LikenessError.notWritable(url, errno) }
  }

  /// What the system says about a failure to write.
  public static func reason(_ error: any Error) -> String {
    guard let code = systemCode(error) else { return (error as NSError).localizedDescription }
    return reason(code)
  }

  /// The same for the system's number.
  package static func reason(_ code: Int32) -> String {
    String(cString: strerror(code)).lowercased()
  }

  /// The system's number for an error, however Foundation wraps it.
  private static func systemCode(_ error: any Error) -> Int32? {
    if let error = error as? POSIXError { return error.code.rawValue }
    let cocoa = error as NSError
    if cocoa.domain == NSPOSIXErrorDomain { return Int32(exactly: cocoa.code) }
    if let underlying = cocoa.userInfo[NSUnderlyingErrorKey] as? any Error {
      return systemCode(underlying)
    }
    guard let code = (error as? CocoaError)?.code else { return nil }
    return switch code {
    case .fileNoSuchFile, .fileReadNoSuchFile: ENOENT
    case .fileReadNoPermission, .fileWriteNoPermission: EACCES
    case .fileWriteFileExists: EEXIST
    case .fileWriteOutOfSpace: ENOSPC
    case .fileWriteVolumeReadOnly: EROFS
    default: nil
    }
  }
}

extension LikenessError {
  /// With what the system says of its number for an error.
  package static func notWritable(_ url: URL, _ code: Int32) -> LikenessError {
    .notWritable(path: url.path, reason: OutputFile.reason(code))
  }
}
