import Foundation

/// Lists the photos at given paths.
package enum PhotoFinder {
  /// Files as they are named; folders with all that is below them and has a photo's extension, in
  /// order, without hidden files. Each file once.
  /// - Throws: `PhotoError.noSuchFile` for a path that leads nowhere, before anything is begun.
  package static func files(at paths: [URL]) throws -> [URL] {
    var files: [URL] = []
    var seen: Set<String> = []
    func take(_ url: URL) {
      if seen.insert(url.standardizedFileURL.path).inserted { files.append(url) }
    }
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder) else {
        throw PhotoError.noSuchFile(path: path.path)
      }
      guard isFolder.boolValue else {
        take(path)
        continue
      }
      guard
        let walk = FileManager.default.enumerator(
          at: path.linkedFolder, includingPropertiesForKeys: [.isRegularFileKey],
          options: [.skipsHiddenFiles])
      else { throw PhotoError.notReadable(path: path.path, reason: "the folder cannot be listed") }
      var found: [URL] = []
      for case let url as URL in walk
      where PhotoFormat.extensions.contains(url.pathExtension.lowercased()) {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
          !isFolder.boolValue
        {
          found.append(url)
        }
      }
      for url in found.sorted(by: { $0.path < $1.path }) { take(url) }
    }
    return files
  }
}

extension URL {
  /// Where a link to a folder leads, since enumerators do not follow the link that they begin at; anything else as it is.
  package var linkedFolder: URL {
    let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    return type == .typeSymbolicLink ? resolvingSymlinksInPath() : self
  }
}
