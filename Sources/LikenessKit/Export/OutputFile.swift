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

  /// What the system says about a failure to write.
  public static func reason(_ error: any Error) -> String {
    let cocoa = error as NSError
    let underlying = cocoa.userInfo[NSUnderlyingErrorKey] as? NSError
    let code = underlying.map { $0.domain == NSPOSIXErrorDomain ? $0.code : 0 } ?? 0
    guard code > 0 else { return cocoa.localizedDescription }
    return String(cString: strerror(Int32(code))).lowercased()
  }
}
