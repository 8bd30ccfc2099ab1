import Faces
import Foundation

/// Google Photos as Google Takeout exports it: beside each photo a JSON file, in which `people` lists who is on it.
public enum TakeoutFolder {
  /// A JSON file of a photo, as far as it is needed.
  private struct Sidecar: Decodable {
    struct Person: Decodable { var name: String? }
    var title: String?
    var people: [Person]?
  }

  /// What Takeout puts behind a photo's name, of which it keeps as much as fits into 51 letters.
  private static let suffix = ".supplemental-metadata"
  /// What an edited copy has behind its name, in the languages of Google Photos.
  private static let editedSuffixes = [
    "-edited", "-bearbeitet", "-modifié", "-modificato", "-editado", "-editada", "-bewerkt",
    "-edytowane", "-redigerad", "-redigeret", "-muokattu", "-編集済み", "-수정됨",
  ]

  /// Reads the folders of an export.
  /// - Throws: `ImportError`, and `PhotoError` for a folder that cannot be listed
  public static func read(_ folders: [URL]) throws -> ImportedNames {
    var names = ImportedNames(folder: folders.count == 1 ? folders[0] : nil)
    var named = 0
    for folder in folders {
      guard try ImportFiles.isFolder(folder) else {
        throw ImportError.notSupported(
          path: folder.path, reason: "it is not a folder: unpack the archive first")
      }
      // As photos are found in it.
      let folder = folder.linkedFolder.standardizedFileURL
      let photos = Dictionary(
        grouping: try PhotoFinder.files(at: [folder]), by: { $0.deletingLastPathComponent().path }
      ).mapValues { Set($0.map(\.lastPathComponent)) }
      for file in try ImportFiles.files(at: folder, endings: ["json"]) {
        let sidecar: Sidecar
        do {
          sidecar = try JSONDecoder().decode(Sidecar.self, from: ImportFiles.data(file))
        } catch {
          // Takeout writes other JSON as well, of albums and of what was printed.
          names.leftOut.add("the JSON file is not one of a photo", file.path)
          continue
        }
        let people = (sidecar.people ?? []).compactMap(\.name).filter { !$0.isEmpty }
        guard !people.isEmpty else {
          if sidecar.title != nil { names.leftOut.add("the photo lists nobody") }
          continue
        }
        named += 1
        let place = file.standardizedFileURL.deletingLastPathComponent()
        let found = Self.photos(
          of: file.lastPathComponent, title: sidecar.title, among: photos[place.path] ?? [])
        if found.isEmpty { names.leftOut.add("there is no photo beside the JSON file", file.path) }
        for photo in found {
          names.photos.append(
            PhotoNames(path: place.appendingPathComponent(photo).path, names: people))
        }
      }
    }
    guard named > 0 else {
      throw ImportError.noNames(
        path: folders.first?.path ?? "",
        detail: "no JSON file of Google Takeout below it lists people")
    }
    return names
  }

  /// The photos that a JSON file is about, by its name: `a.jpg.json`, `a.jpg.supplemental-metadata.json`, cut short as
  /// `a.jpg.supplem.json`, and `a.jpg(1).json` or `a.jpg.supplemental-metadata(1).json` for `a(1).jpg`. The edited copy is the same photo.
  static func photos(of json: String, title: String?, among photos: Set<String>) -> [String] {
    var base = String(json.dropLast(".json".count))
    var number = ""
    if let match = base.firstMatch(of: /\(\d+\)$/) {
      number = String(match.output)
      base.removeLast(number.count)
    }
    var bases = [base]
    if let dot = base.lastIndex(of: "."), suffix.hasPrefix(base[dot...]) {
      bases.append(String(base[..<dot]))
    }
    var wanted: [String] = []
    for base in bases { wanted.append(Self.numbered(base, number)) }
    if let title { wanted.append(Self.numbered(title, number)) }
    var found = wanted.first { photos.contains($0) }
    if found == nil {
      // The photo's own name was cut short as well, or the JSON file's before the ending.
      let stems = bases.filter { $0.count >= 40 }
      let alike = photos.filter { photo in stems.contains { photo.hasPrefix($0) } }
      if alike.count == 1 { found = alike.first }
    }
    guard let found else { return [] }
    let edited = editedSuffixes.map { Self.inserting($0, into: found) }
    return [found] + edited.filter { photos.contains($0) }
  }

  private static func numbered(_ name: String, _ number: String) -> String {
    number.isEmpty ? name : inserting(number, into: name)
  }

  /// A file's name with something before its ending.
  private static func inserting(_ text: String, into name: String) -> String {
    guard let dot = name.lastIndex(of: ".") else { return name + text }
    return String(name[..<dot]) + text + String(name[dot...])
  }
}
