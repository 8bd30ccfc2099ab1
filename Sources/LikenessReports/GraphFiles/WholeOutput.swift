import Foundation
import LikenessKit

/// Files and folders that are there whole or not at all: they grow beside their place and are
/// renamed.
enum WholeOutput {
  typealias Writer = (inout TextSink) -> Void

  static func file(at url: URL, _ write: Writer) throws(GraphExportError) {
    try OutputFile.whileWriting { () throws(GraphExportError) in
      let unfinished = try place(beside: url, of: S_IFREG)
      var isWhole = false
      defer { if !isWhole { unlink(unfinished) } }
      try fill(unfinished, for: url, write)
      guard rename(unfinished, url.path) == 0 else { throw .notWritable(url, errno) }
      isWhole = true
    }
  }

  /// - Parameter files: names and what writes each. A folder that is there already may hold only
  ///   files of these names, so that nothing else is ever taken away.
  static func folder(
    at url: URL, files: [(name: String, write: Writer)]
  ) throws(GraphExportError) {
    try folder(at: url, files: files.map(\.name)) { number, path throws(GraphExportError) in
      try fill(path, for: url, files[number].write)
    }
  }

  /// - Parameters:
  ///   - names: as above.
  ///   - fill: makes the file of a number, at a path.
  static func folder(
    at url: URL, files names: [String], fill: (Int, String) throws(GraphExportError) -> Void
  ) throws(GraphExportError) {
    try OutputFile.whileWriting { () throws(GraphExportError) in
      let unfinished = try place(beside: url, of: S_IFDIR)
      if let other = (contents(of: url.path).first { !names.contains($0) }) {
        throw .notWritable(path: url.path, reason: "it holds other files, such as \(other)")
      }
      guard mkdir(unfinished, 0o755) == 0 else { throw .notWritable(url, errno) }
      // Once renamed, this name is gone, or has the earlier export.
      defer { remove(folder: unfinished, files: names) }
      for (number, name) in names.enumerated() { try fill(number, unfinished + "/" + name) }
      guard rename(unfinished, url.path) != 0 else { return }
      guard errno == ENOTEMPTY || errno == EEXIST else { throw .notWritable(url, errno) }
      guard exchange(unfinished, url.path) else { throw .notWritable(url, errno) }
    }
  }

  /// A name for what is not yet whole, where earlier ones that were killed have been cleared away.
  /// - Parameter kind: what may be at the place already, `S_IFREG` or `S_IFDIR`.
  private static func place(
    beside url: URL, of kind: mode_t
  ) throws(GraphExportError) -> String {
    var status = stat()
    // Nothing but a file may be replaced by a file: a device or pipe would be lost.
    if stat(url.path, &status) == 0, status.st_mode & S_IFMT != kind {
      guard kind == S_IFREG else { throw .notWritable(url, ENOTDIR) }
      guard status.st_mode & S_IFMT != S_IFDIR else { throw .notWritable(url, EISDIR) }
      throw .notWritable(path: url.path, reason: "it is not a file")
    }
    let parent = url.deletingLastPathComponent().path
    let start = url.lastPathComponent + ".unfinished-"
    for name in contents(of: parent) where name.hasPrefix(start) {
      try? FileManager.default.removeItem(atPath: parent + "/" + name)
    }
    return parent + "/" + start + String(UInt64.random(in: 0...UInt64.max), radix: 36)
  }

  private static func fill(
    _ path: String, for target: URL, _ write: Writer
  ) throws(GraphExportError) {
    var sink = try TextSink(newFile: path, for: target)
    write(&sink)
    try sink.finish(for: target)
  }

  /// Exchanges two folders. Between its two
  /// steps, which a kill could part, both are there, the earlier one under another name.
  private static func exchange(_ new: String, _ old: String) -> Bool {
    let aside = new + "-old"
    guard rename(old, aside) == 0 else { return false }
    guard rename(new, old) == 0 else {
      let code = errno
      rename(aside, old)
      errno = code
      return false
    }
    return rename(aside, new) == 0
  }

  private static func remove(folder: String, files: [String]) {
    for name in files { unlink(folder + "/" + name) }
    rmdir(folder)
  }

  private static func contents(of folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }
}
