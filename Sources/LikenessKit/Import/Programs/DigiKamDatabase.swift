import Foundation
import GRDB
import LikenessCore

/// digiKam's `digikam4.db`: the faces that the user confirmed, and the people that photos are tagged with.
///
/// `ImageTagProperties` has a face's box as `<rect x="" y="" width="" height=""/>`, in pixels of the upright photo, for a tag of
/// a person; `AlbumRoots`, `Albums` and `Images` say where the photo lies.
public enum DigiKamDatabase {
  /// - Throws: `ImportError`
  public static func read(_ file: URL) throws(ImportError) -> ImportedNames {
    var file = file
    if try ImportFiles.isFolder(file) { file.appendPathComponent("digikam4.db") }
    let path = file.path
    return try ForeignDatabase.read(
      file, tables: ["AlbumRoots", "Albums", "Images", "Tags", "ImageTagProperties"],
      program: "digiKam"
    ) { database in
      var names = ImportedNames()
      let people = try Self.people(database)
      let photos = try Self.photos(database, &names)
      var regions: [Int64: [NamedRegion]] = [:]
      let cursor = try Row.fetchCursor(
        database,
        sql: """
          SELECT imageid, tagid, property, value FROM ImageTagProperties
          WHERE property IN ('tagRegion', 'autodetectedFace') ORDER BY imageid, tagid
          """)
      while let row = try cursor.next() {
        guard let image = row.integer("imageid"), let tag = row.integer("tagid") else { continue }
        guard row.text("property") == "tagRegion" else {
          names.leftOut.add("the face was not confirmed")
          continue
        }
        switch people[tag] {
        case .none: names.leftOut.add("the face has a tag that is not there")
        case .special(let reason): names.leftOut.add(reason)
        case .name(let name):
          guard let box = Self.box(row.text("value") ?? "") else {
            names.leftOut.add("the box cannot be read", photos[image]?.path)
            continue
          }
          regions[image, default: []].append(NamedRegion(name: name, box: box, unit: .pixels))
        }
      }
      let tagged = try Self.tagged(database, people)
      for image in Set(regions.keys).union(tagged.keys).sorted() {
        let own = regions[image] ?? []
        let others = (tagged[image] ?? []).filter { name in !own.contains { $0.name == name } }
        guard let photo = photos[image] else {
          names.leftOut.add(
            "the photo is in no album that is there", count: own.count + others.count)
          continue
        }
        names.photos.append(PhotoNames(path: photo.path, regions: own, names: others))
      }
      guard !names.photos.isEmpty else {
        throw ImportError.noNames(path: path, detail: "no face in it was confirmed")
      }
      return names
    }
  }

  private enum Tag {
    case name(String)
    /// Why it is nobody's name.
    case special(String)
  }

  private struct Photo { var path: String }

  /// What the tags of faces mean.
  private static func people(_ database: Database) throws -> [Int64: Tag] {
    var tags: [Int64: Tag] = [:]
    for row in try Row.fetchAll(database, sql: "SELECT id, name FROM Tags") {
      if let id = row.integer("id"), let name = row.text("name") { tags[id] = .name(name) }
    }
    guard try database.tableExists("TagProperties") else { return tags }
    let reasons = [
      "unknownPerson": "the face is nobody's yet",
      "unconfirmedPerson": "the face was not confirmed",
      "ignoredPerson": "the face is to be ignored",
    ]
    for row in try Row.fetchAll(database, sql: "SELECT tagid, property FROM TagProperties") {
      if let tag = row.integer("tagid"), let reason = row.text("property").flatMap({ reasons[$0] })
      {
        tags[tag] = .special(reason)
      }
    }
    return tags
  }

  /// The people that photos are tagged with, whether a face of theirs is known or not.
  private static func tagged(
    _ database: Database, _ tags: [Int64: Tag]
  ) throws -> [Int64: [String]] {
    guard try database.tableExists("TagProperties"), try database.tableExists("ImageTags") else {
      return [:]
    }
    var tagged: [Int64: [String]] = [:]
    let cursor = try Row.fetchCursor(
      database,
      sql: """
        SELECT DISTINCT imageid, tagid FROM ImageTags
        WHERE tagid IN (SELECT tagid FROM TagProperties WHERE property = 'person')
        ORDER BY imageid, tagid
        """)
    while let row = try cursor.next() {
      guard let image = row.integer("imageid"), let tag = row.integer("tagid"),
        case .name(let name)? = tags[tag]
      else { continue }
      tagged[image, default: []].append(name)
    }
    return tagged
  }

  private static func photos(
    _ database: Database, _ names: inout ImportedNames
  ) throws -> [Int64: Photo] {
    var photos: [Int64: Photo] = [:]
    let cursor = try Row.fetchCursor(
      database,
      sql: """
        SELECT Images.id AS id, Images.name AS name, Albums.relativePath AS folder,
          AlbumRoots.identifier AS identifier, AlbumRoots.specificPath AS path
        FROM Images JOIN Albums ON Albums.id = Images.album
        JOIN AlbumRoots ON AlbumRoots.id = Albums.albumRoot
        """)
    while let row = try cursor.next() {
      guard let id = row.integer("id"), let name = row.text("name") else { continue }
      let root = Self.root(row.text("identifier") ?? "", row.text("path") ?? "")
      let parts = [root, row.text("folder") ?? "", name]
      let path = parts.flatMap { $0.split(separator: "/") }.joined(separator: "/")
      photos[id] = Photo(path: "/" + path)
    }
    return photos
  }

  /// The folder of a collection: `volumeid:?path=/home/ann/Pictures`, or below a volume that is known by its id only.
  static func root(_ identifier: String, _ specificPath: String) -> String {
    let query = identifier.split(separator: "?", maxSplits: 1).last.map(String.init) ?? ""
    for item in query.split(separator: "&") {
      let pair = item.split(separator: "=", maxSplits: 1)
      guard pair.count == 2, ["path", "mountpath"].contains(String(pair[0])) else { continue }
      let folder = String(pair[1]).removingPercentEncoding ?? String(pair[1])
      return folder + "/" + specificPath
    }
    return specificPath
  }

  /// The numbers of `<rect x="1" y="2" width="3" height="4"/>`; nil for anything else.
  static func box(_ text: String) -> Box? {
    guard text.contains("<rect") else { return nil }
    func number(_ key: String) -> Double? {
      guard let start = text.range(of: " \(key)=\""),
        let end = text[start.upperBound...].firstIndex(of: "\"")
      else { return nil }
      return Double(text[start.upperBound..<end])
    }
    guard let x = number("x"), let y = number("y"), let width = number("width"),
      let height = number("height")
    else { return nil }
    return Box(x: x, y: y, width: width, height: height)
  }
}
