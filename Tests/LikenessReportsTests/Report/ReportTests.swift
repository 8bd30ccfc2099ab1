import Foundation
import FoundationXML
import GallerySQLite
import TestSupport
import Testing

@testable import LikenessKit
@testable import LikenessReports

@Suite struct ReportTests {
  private static let awkward = "<b>\"O'Neil\" & co"

  @Test func `names are escaped`() {
    #expect(
      Self.awkward.escapedForHTML == "&lt;b&gt;&quot;O&#39;Neil&quot; &amp; co")
    #expect("Zoë 李\tx".escapedForHTML == "Zoë 李\tx")
    #expect("bell\u{7}.jpg".escapedForHTML == "bell\u{FFFD}.jpg")
    #expect("a\r\nb".escapedForHTML == "a\u{FFFD}\nb")
    #expect("&amp;".escapedForHTML == "&amp;amp;")
  }

  @Test func `a page shows every face, links to it and needs nothing else`() throws {
    let gallery = try MadeUpGallery(names: [Self.awkward, nil, "Anna", nil, "Zoë_李"])
    defer { gallery.remove() }
    let report = try gallery.likeness.report(neighbors: 3)
    #expect(report.faces == 5 && report.allFaces == 5 && report.photos == 5)
    #expect(report.unreadable.isEmpty)

    let page = try Page(report.html)
    let cards = page.elements.filter { $0["class"] == "card" }
    #expect(
      cards.map { $0["data-name"] } == [
        Self.awkward, "photo&1.jpg #1", "Anna", "photo&3.jpg #1", "Zoë_李",
      ])
    #expect(cards.map { $0["id"] } == (1...5).map { "face-\($0)" })
    #expect(page.text.contains(Self.awkward))
    // Every link leads somewhere, and no identifier is there twice.
    let identifiers = page.elements.compactMap { $0["id"] }
    #expect(Set(identifiers).count == identifiers.count)
    let links = page.elements.compactMap { $0["href"] }
    #expect(links.allSatisfy { identifiers.contains(String($0.dropFirst())) })
    // A neighbour or itself in its photo, never a face beside itself.
    let people = try gallery.likeness.people.list().people.filter { $0.faces.count > 1 }
    let shownTwice = people.map(\.faces.count).reduce(0, +)
    #expect(links.count { $0.hasPrefix("#face-") } == 5 * 3 + 5 + shownTwice)
    #expect(identifiers.filter { $0.hasPrefix("person-") } == people.map { "person-\($0.id)" })

    let html = String(decoding: report.html, as: UTF8.self)
    for outside in ["http:", "https:", "//cdn", "file:", "@import", "<link"] {
      #expect(!html.contains(outside), "\(outside)")
    }
    #expect(page.elements.allSatisfy { $0["src"]?.hasPrefix("data:image/jpeg;base64,") ?? true })
    for id in 1...5 {
      #expect(html.components(separatedBy: ".f\(id){background-image").count == 2)
    }
  }

  @Test func `neighbours are the nearest, without the face itself`() throws {
    let gallery = try MadeUpGallery(names: ["a", "b", "c", "d"])
    defer { gallery.remove() }
    let content = try gallery.likeness.reportContent(neighbors: 2, maximumFaces: 100)
    // Along a line, 0.1 apart; equal distances in the order of rows.
    #expect(
      content.faces.map { $0.neighbors.map(\.label) } == [
        ["b", "c"], ["a", "c"], ["b", "d"], ["c", "b"],
      ])
    let nearest = try #require(content.faces[0].neighbors.first)
    #expect(abs(nearest.distance - 0.1) < 1e-5)
  }

  @Test func `photos that are gone or no photos any more say so`() throws {
    let gallery = try MadeUpGallery(names: ["a", "b", "c", "d"])
    defer { gallery.remove() }
    try FileManager.default.removeItem(at: gallery.photo(0))
    try Data("no photo".utf8).write(to: gallery.photo(1))
    try TestImage.fields(width: 20, height: 20).encoded(".jpg").write(to: gallery.photo(2))
    let report = try gallery.likeness.report()
    #expect(report.unreadable.count == 3)
    let page = try Page(report.html)
    #expect(page.text.contains("photo&0.jpg cannot be shown: the file is gone"))
    #expect(page.text.contains("photo&1.jpg cannot be shown: is not an image"))
    #expect(page.text.contains("photo&2.jpg cannot be shown: the file is another photo now"))
    #expect(page.elements.filter { $0["class"] == "card" }.count == 4)
    #expect(page.elements.filter { $0["src"] != nil }.count == 1)
  }

  @Test func `one face is a report, none is an error`() throws {
    let one = try MadeUpGallery(names: [nil])
    defer { one.remove() }
    let page = try Page(try one.likeness.report().html)
    #expect(page.text.contains("No other face to compare with."))
    #expect(try one.likeness.contactSheet().faces == 1)

    let none = try MadeUpGallery(names: [])
    defer { none.remove() }
    let error = LikenessError.emptyGallery(path: none.folder.path)
    #expect(throws: error) { try none.likeness.report() }
    #expect(throws: error) { try none.likeness.contactSheet() }
  }

  @Test func `of a large gallery the first faces are shown`() throws {
    let gallery = try MadeUpGallery(names: (0..<30).map { "n\($0)" })
    defer { gallery.remove() }
    let report = try gallery.likeness.report(neighbors: 40, maximumFaces: 20)
    #expect(report.faces == 20 && report.allFaces == 30 && report.photos == 20)
    let page = try Page(report.html)
    #expect(page.text.contains("The first 20 of 30 faces are shown"))
    #expect(!page.elements.contains { $0["href"] == "#face-21" })

    let second = try gallery.likeness.report(neighbors: 3, maximumFaces: 20, page: 2)
    #expect(second.faces == 10 && second.firstFace == 21 && second.photos == 10)
    let rest = try Page(second.html)
    #expect(rest.text.contains("Faces 21 to 30 of 30 faces are shown"))
    let cards = rest.elements.filter { $0["class"] == "card" }.compactMap { $0["id"] }
    #expect(cards == (21...30).map { "face-\($0)" })
    let links = rest.elements.compactMap { $0["href"] }
    let identifiers = Set(rest.elements.compactMap { $0["id"] })
    #expect(links.allSatisfy { identifiers.contains(String($0.dropFirst())) })
    #expect(throws: ReportError.noSuchPage(3, pages: 2)) {
      try gallery.likeness.report(maximumFaces: 20, page: 3)
    }
  }

  @Test func `hidden people and faces are left out and counted`() throws {
    let gallery = try MadeUpGallery(names: ["a", "b", "c", nil])
    defer { gallery.remove() }
    _ = try gallery.likeness.people.hide(faces: [2])
    let report = try gallery.likeness.report()
    #expect(report.faces == 3 && report.allFaces == 3 && report.hidden == 1 && report.photos == 3)
    let page = try Page(report.html)
    #expect(page.text.contains("1 hidden face, not shown"))
    #expect(page.elements.allSatisfy { $0["href"] != "#face-2" && $0["id"] != "face-2" })
    #expect(page.elements.allSatisfy { $0["id"] != "photo-2" })
    #expect(try gallery.likeness.contactSheet().faces == 3)
    let whole = try gallery.likeness.report(includingHidden: true)
    #expect(whole.faces == 4 && whole.hidden == 0)
    #expect(try !Page(whole.html).text.contains("not shown"))
    #expect(try gallery.likeness.contactSheet(includingHidden: true).faces == 4)
  }

  @Test func `a face too poor to judge is never shown as the same`() throws {
    let gallery = try MadeUpGallery(names: ["sharp", "blurred"], sharpness: [9, 0.4])
    defer { gallery.remove() }
    let page = try Page(try gallery.likeness.report().html)
    #expect(page.text.contains("too poor to judge"))
    #expect(page.elements.filter { $0["class"] == "guess" }.count == 2)
    #expect(!page.elements.contains { $0["class"] == "same" })
  }

  @Test func `a contact sheet is a picture of a sensible size`() throws {
    let gallery = try MadeUpGallery(
      names: [Self.awkward, nil, String(repeating: "long ", count: 400)]
        + (0..<97).map { "n\($0)" })
    defer { gallery.remove() }
    let sheet = try gallery.likeness.contactSheet()
    #expect(sheet.faces == 100)
    var limits = PhotoLimits.default
    limits.longestSide = 10_000
    let decoded = try Photo.decode(try sheet.photo.pngData(), limits: limits)
    // Compared outside of the macro, which would write out millions of pixels.
    let isSame = decoded == sheet.photo
    #expect(isSame)
    // Nine columns, so twelve rows.
    #expect(decoded.width == 2 * 24 + 9 * 156 && decoded.width <= 1600)
    #expect(decoded.height == 2 * 24 + 12 * 196)

    let content = try gallery.likeness.reportContent(neighbors: 1, maximumFaces: 10)
    let cut = try ContactSheet.photo(
      content, thumbnails: try gallery.likeness.thumbnails(of: content))
    // Four columns and three rows, and the line that says what is left out.
    #expect(cut.width == 2 * 24 + 4 * 156 && cut.height == 2 * 24 + 3 * 196 + 32)
  }
}

/// A gallery of one face a photo, without any network: embeddings lie on a line, 0.1 apart.
private struct MadeUpGallery {
  let folder: URL
  let likeness: Likeness

  init(names: [String?], sharpness: [Double] = []) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("report-\(UUID().uuidString)")
    likeness = Likeness(gallery: folder)
    let store = try GalleryStore(at: folder, access: .write, create: true)
    let image = try TestImage.scene(width: 60, height: 40).encoded(".jpg")
    let thumbnail = try TestImage.fields(width: 30, height: 30).encoded(".jpg")
    var photos: [NewPhoto] = []
    for (index, name) in names.enumerated() {
      let url = photo(index)
      try image.write(to: url)
      let face = NewFace(
        name: name,
        geometry: FaceGeometry(x: 5, y: 6, width: 20, height: 20, landmarks: []), score: 0.9,
        quality: FaceQuality(
          size: 80, sharpness: index < sharpness.count ? sharpness[index] : 9, yaw: 0, pitch: 0,
          roll: 0, inside: 1),
        embedding: Embedding([1, Float(index) / 10, 0, 0]), thumbnail: thumbnail)
      photos.append(
        NewPhoto(
          digest: "\(index)", file: PhotoFile(path: url.path, bytes: image.count, modified: 0),
          width: 60, height: 40, turned: 0, faces: [face]))
    }
    try store.add(photos, model: "made-up")
  }

  func photo(_ index: Int) -> URL { folder.appendingPathComponent("photo&\(index).jpg") }

  func remove() { try? FileManager.default.removeItem(at: folder) }
}

/// A parsed page: pages are well-formed XML, so a strict parser sees every tag left open.
private final class Page: NSObject, XMLParserDelegate {
  private(set) var elements: [[String: String]] = []
  private(set) var text = ""
  private var isBodyText = true

  init(_ html: Data) throws {
    super.init()
    let parser = XMLParser(data: html)
    parser.delegate = self
    guard parser.parse() else {
      throw parser.parserError ?? CocoaError(.fileReadCorruptFile)
    }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements.append(attributes)
    isBodyText = name != "style" && name != "script"
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if isBodyText { text += string }
  }
}
