import Foundation

/// Files that are there whole or not at all.
public enum OutputFile {
  /// Writes beside the place and renames.
  /// - Throws: `LikenessError.notWritable`
  public static func write(_ data: Data, to url: URL) throws {
    do {
      try data.write(to: url, options: .atomic)
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
    let cocoa = error as NSError
    let underlying = cocoa.userInfo[NSUnderlyingErrorKey] as? NSError
    let code = underlying.map { $0.domain == NSPOSIXErrorDomain ? $0.code : 0 } ?? 0
    guard let number = code > 0 ? Int32(code) : (error as? CocoaError).flatMap(number) else {
      return cocoa.localizedDescription
    }
    return String(cString: strerror(number)).lowercased()
  }

  /// The system's own number of it, where Foundation keeps its text to itself.
  private static func number(_ error: CocoaError) -> Int32? {
    switch error.code {
    case .fileWriteOutOfSpace: ENOSPC
    case .fileWriteNoPermission, .fileReadNoPermission: EACCES
    case .fileWriteVolumeReadOnly: EROFS
    case .fileNoSuchFile, .fileReadNoSuchFile: ENOENT
    default: nil
    }
  }
}
