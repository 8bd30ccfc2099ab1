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

  /// Checks that a file could be written, before long work is done for it.
  /// - Throws: `LikenessError.notWritable`
  public static func checkWritable(_ url: URL) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue
    {
      throw notWritable(url, EISDIR)
    }
    try checkWritable(besides: url)
  }

  /// Checks that something could be written beside a file or folder, which takes its place when it is whole.
  /// - Throws: `LikenessError.notWritable`
  package static func checkWritable(besides url: URL) throws {
    let parent = url.standardizedFileURL.deletingLastPathComponent().path
    guard access(parent, W_OK | X_OK) == 0 else { throw notWritable(url, errno) }
  }

  private static func notWritable(_ url: URL, _ code: Int32) -> LikenessError {
    .notWritable(path: url.path, reason: String(cString: strerror(code)).lowercased())
  }

  /// What the system says about a failure to write.
  public static func reason(_ error: any Error) -> String {
    guard let code = systemCode(error) else { return (error as NSError).localizedDescription }
    return String(cString: strerror(code)).lowercased()
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
