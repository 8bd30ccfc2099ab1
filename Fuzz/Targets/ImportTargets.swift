import Foundation

@testable import LikenessKit

extension FuzzTarget {
  /// A file that lies in memory; those of other programs are read from paths.
  private static func withFile(
    _ data: Data, _ ending: String, _ read: (URL) throws -> ImportedNames
  ) {
    let file = URL(
      fileURLWithPath:
        "/dev/shm/likeness-fuzz-\(ProcessInfo.processInfo.processIdentifier).\(ending)")
    guard (try? data.write(to: file)) != nil else { return }
    defer { try? FileManager.default.removeItem(at: file) }
    do {
      let names = try read(file)
      check(
        !names.photos.isEmpty || !names.encodings.isEmpty, "what names nobody is an error")
      check(
        names.photos.allSatisfy { !$0.regions.isEmpty || !$0.names.isEmpty },
        "a photo has a name")
    } catch let error as ImportError {
      checkLine(error)
    } catch {
      check(false, "an import's error says what it is, not \(error)")
    }
  }

  static func pickle(_ data: Data) -> Bool {
    withFile(data, "pkl") { try PickledFaces.read($0) }
    return true
  }

  static func digiKam(_ data: Data) -> Bool {
    withFile(data, "db") { try DigiKamDatabase.read($0) }
    return true
  }
}
