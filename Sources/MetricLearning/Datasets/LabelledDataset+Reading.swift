import Faces
import Foundation

extension LabelledDataset {
  /// Reads labels from a folder or a CSV file.
  /// - Parameter layout: nil to find out: a file is a table; a folder whose photos are all called as
  ///   JAFFE's are speaks through names; any other has a folder for each person.
  /// - Throws: `DatasetError`
  public static func read(_ url: URL, layout: DatasetLayout? = nil) throws -> LabelledDataset {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw DatasetError.missing(path: url.path)
    }
    guard isFolder.boolValue, layout != .table else { return try table(url) }
    let photos: [URL]
    do {
      photos = try PhotoFinder.files(at: [url])
    } catch {
      throw DatasetError.unreadable(path: url.path, reason: "\(error)")
    }
    guard !photos.isEmpty else { throw DatasetError.noPhotos(path: url.path) }
    if layout == .unlabelled {
      return LabelledDataset(
        attributes: [], items: photos.map { LabelledPhoto(url: $0, attributes: [:]) })
    }
    let isNamed = layout == .names || layout == nil && photos.allSatisfy { PhotoName($0) != nil }
    return try isNamed ? names(photos) : folders(photos, below: url)
  }

  private static func names(_ photos: [URL]) throws -> LabelledDataset {
    LabelledDataset(
      attributes: ["person", "expression"],
      items: try photos.map { photo in
        guard let name = PhotoName(photo) else { throw DatasetError.badName(path: photo.path) }
        return LabelledPhoto(
          url: photo, attributes: ["person": name.person, "expression": name.expression])
      })
  }

  /// The person is the folder right below the data set's, whatever folders are in it.
  private static func folders(_ photos: [URL], below root: URL) throws -> LabelledDataset {
    let depth = root.standardizedFileURL.pathComponents.count
    return LabelledDataset(
      attributes: ["person"],
      items: try photos.map { photo in
        let parts = photo.standardizedFileURL.pathComponents
        guard parts.count > depth + 1 else {
          throw DatasetError.outsideOfFolders(path: photo.path)
        }
        return LabelledPhoto(url: photo, attributes: ["person": parts[depth]])
      })
  }

  /// The column of paths is called path, photo or file; paths count from the table's folder.
  private static func table(_ url: URL) throws -> LabelledDataset {
    let table = try CSVTable(contentsOf: url)
    guard
      let path = table.columns.firstIndex(where: { ["path", "photo", "file"].contains($0) })
    else {
      throw DatasetError.missingColumn(path: url.path, column: "path", columns: table.columns)
    }
    let attributes = table.columns.indices.filter { $0 != path }
    guard !attributes.isEmpty else {
      throw DatasetError.missingColumn(path: url.path, column: "person", columns: table.columns)
    }
    guard !table.rows.isEmpty else { throw DatasetError.noPhotos(path: url.path) }
    let folder = url.deletingLastPathComponent()
    return LabelledDataset(
      attributes: attributes.map { table.columns[$0] },
      items: try table.rows.map { row in
        let photo = URL(fileURLWithPath: row.fields[path], relativeTo: folder).absoluteURL
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: photo.path, isDirectory: &isFolder),
          !isFolder.boolValue
        else {
          throw DatasetError.missingPhoto(
            path: url.path, line: row.line, photo: row.fields[path])
        }
        var labels: [String: String] = [:]
        for column in attributes {
          guard !row.fields[column].isEmpty else {
            throw DatasetError.badLine(
              path: url.path, line: row.line, reason: "\(table.columns[column]) is empty")
          }
          labels[table.columns[column]] = row.fields[column]
        }
        return LabelledPhoto(url: photo, attributes: labels)
      })
  }
}

/// What a name such as `KM.HA1.4.tiff` says: Lyons et al., "Coding facial expressions with Gabor
/// wavelets" (1998), name the photos of JAFFE so.
struct PhotoName: Equatable {
  var person: String
  var expression: String
  /// The number of the photo among those of one person and expression.
  var take: Int

  init?(_ url: URL) {
    let parts = url.lastPathComponent.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 || parts.count == 4, !parts[0].isEmpty,
      parts.count == 3 || Int(parts[2]) != nil
    else { return nil }
    let expression = parts[1].prefix { $0.isLetter }
    guard !expression.isEmpty, let take = Int(parts[1].dropFirst(expression.count)) else {
      return nil
    }
    (person, self.expression, self.take) = (String(parts[0]), String(expression), take)
  }
}
