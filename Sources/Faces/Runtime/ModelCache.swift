import Foundation
import LikenessCore
import XXHash

/// Networks as OpenVINO has made them ready, kept from one run of the program to the next: to load one takes less than half
/// of the time of making it ready.
///
/// OpenVINO believes what it finds, but for a file's length. So each entry is compared with a checksum first, and made again
/// where it is another.
struct ModelCache: Sendable {
  /// With a folder for each entry.
  let folder: URL
  /// The most entries; there is one for each network, number format and number of threads.
  var most = 16

  /// In a folder of caches, for the version of OpenVINO that its libraries' folder is called by.
  init(in caches: URL, openVINO: URL) {
    folder = caches.appendingPathComponent("openvino")
      .appendingPathComponent(openVINO.lastPathComponent)
  }

  init(folder: URL) { self.folder = folder }

  /// Where OpenVINO keeps one network.
  struct Entry {
    let folder: URL

    private var seal: URL { folder.appendingPathComponent("checksum") }

    private var blobs: [URL] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
      return names.filter { $0.hasSuffix(".blob") }.sorted().map {
        folder.appendingPathComponent($0)
      }
    }

    /// Of all that OpenVINO wrote; nil where it wrote nothing.
    private var checksum: String? {
      let blobs = blobs
      guard !blobs.isEmpty else { return nil }
      var sums: [String] = []
      for blob in blobs {
        guard let data = try? Data(contentsOf: blob, options: .mappedIfSafe) else { return nil }
        let sum = data.withUnsafeBytes { XXH3_64bits($0.baseAddress, $0.count) }
        sums.append("\(blob.lastPathComponent) \(String(sum, radix: 16))")
      }
      return sums.joined(separator: "\n")
    }

    /// Takes away what is not as it was written.
    fileprivate func verify() {
      guard let known = try? String(contentsOf: seal, encoding: .utf8), known == checksum else {
        for file in blobs + [seal] { unlink(file.path) }
        return
      }
    }

    /// Says that what is there is whole, if it is new.
    func close() {
      guard !FileManager.default.fileExists(atPath: seal.path), let checksum else { return }
      try? Data(checksum.utf8).write(to: seal, options: .atomic)
    }
  }

  /// The entry of a network; nil where nothing can be kept.
  /// - Parameter key: another one for whatever makes another network; letters, digits and hyphens.
  func entry(_ key: String) -> Entry? {
    let entry = Entry(folder: folder.appendingPathComponent(key))
    if FileManager.default.fileExists(atPath: entry.folder.path) {
      guard access(entry.folder.path, W_OK | X_OK) == 0 else { return nil }
      entry.verify()
      return entry
    }
    do {
      try PrivateFiles.makeFolder(folder)
      try PrivateFiles.makeFolder(entry.folder)
    } catch {
      return nil
    }
    removeOldest(but: key)
    return entry
  }

  /// Those that were made first go.
  private func removeOldest(but key: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    guard names.count > most else { return }
    let entries = names.filter { $0 != key }.map { name -> (made: Date, folder: URL) in
      let folder = folder.appendingPathComponent(name)
      let values = try? folder.resourceValues(forKeys: [.contentModificationDateKey])
      return (values?.contentModificationDate ?? .distantPast, folder)
    }
    for entry in entries.sorted(by: { $0.made < $1.made }).prefix(names.count - most) {
      try? FileManager.default.removeItem(at: entry.folder)
    }
  }
}
