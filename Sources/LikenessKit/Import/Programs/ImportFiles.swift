import Foundation
import LikenessCore

/// How files of other programs are read: no larger than they can be, and with one line where that fails.
enum ImportFiles {
  /// A file of JSON, YAML or CSV is not larger.
  static let mostBytes = 512 << 20

  /// - Throws: `ImportError`
  static func data(_ url: URL) throws(ImportError) -> Data {
    var status = stat()
    guard stat(PathText.cString(url.path), &status) == 0 else {
      throw errno == ENOENT
        ? .missing(path: url.path)
        : .unreadable(path: url.path, reason: String(cString: strerror(errno)).lowercased())
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: url.path, reason: "it is not a file")
    }
    guard status.st_size <= mostBytes else {
      throw .unreadable(path: url.path, reason: "it has more than \(mostBytes >> 20) MB")
    }
    let descriptor = open(PathText.cString(url.path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .unreadable(path: url.path, reason: String(cString: strerror(errno)).lowercased())
    }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard let data = try? handle.readToEnd() ?? Data() else {
      throw .unreadable(path: url.path, reason: "it cannot be read to its end")
    }
    return data
  }

  /// - Throws: `ImportError.unreadable` for what is not JSON
  static func json(_ url: URL) throws(ImportError) -> Any {
    let data = try data(url)
    guard let value = try? JSONSerialization.jsonObject(with: data) else {
      throw .unreadable(path: url.path, reason: "it is not JSON")
    }
    return value
  }

  /// - Throws: `ImportError.missing`
  static func isFolder(_ url: URL) throws(ImportError) -> Bool {
    var status = stat()
    guard stat(PathText.cString(url.path), &status) == 0 else { throw .missing(path: url.path) }
    return status.st_mode & S_IFMT == S_IFDIR
  }

  /// The files below a folder whose names end in one of some ways, in the order of their paths; the file itself where that is named.
  /// - Parameter endings: in lower case, without the dot.
  /// - Throws: `ImportError`
  static func files(at url: URL, endings: Set<String>) throws(ImportError) -> [URL] {
    guard try isFolder(url) else { return [url] }
    guard let names = FileManager.default.enumerator(atPath: url.path) else {
      throw .unreadable(path: url.path, reason: "the folder cannot be listed")
    }
    var found: [String] = []
    while let name = names.nextObject() as? String {
      if endings.contains((name as NSString).pathExtension.lowercased()) { found.append(name) }
    }
    return found.sorted().map { url.appendingPathComponent($0) }
  }
}
