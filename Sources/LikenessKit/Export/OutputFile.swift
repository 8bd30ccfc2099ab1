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

  /// Looks whether a file or folder could be written, before long work is done for it.
  /// - Throws: `LikenessError.notWritable`, `MapError.occupied`
  public static func checkWritable(_ url: URL, isFolder: Bool = false) throws {
    func cannot(_ code: Int32) -> LikenessError {
      .notWritable(path: url.path, reason: String(cString: strerror(code)).lowercased())
    }
    var isThereFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: url.path, isDirectory: &isThereFolder)
    if isFolder {
      try ProjectorFolder.checkReplaceable(url)
    } else if isThere, isThereFolder.boolValue {
      throw cannot(EISDIR)
    }
    // Files are written beside their place and renamed.
    let parent = url.standardizedFileURL.deletingLastPathComponent().path
    guard access(parent, W_OK | X_OK) == 0 else { throw cannot(errno) }
  }

  /// What the system says about a failure to write.
  public static func reason(_ error: any Error) -> String {
    let cocoa = error as NSError
    let underlying = cocoa.userInfo[NSUnderlyingErrorKey] as? NSError
    let code = underlying.map { $0.domain == NSPOSIXErrorDomain ? $0.code : 0 } ?? 0
    guard code > 0 else { return cocoa.localizedDescription }
    return String(cString: strerror(Int32(code))).lowercased()
  }
}
