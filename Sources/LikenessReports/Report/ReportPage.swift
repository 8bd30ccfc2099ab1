import Faces
import Foundation
import GalleryCore
import LikenessCore
import LikenessKit

/// Writes a report as one HTML document, which needs no other file and no network.
struct ReportPage {
  let content: ReportContent
  /// Small JPEGs by the faces' ids.
  let thumbnails: [FaceID: Data]
  /// By the photos' ids: the shrunken JPEG, or why there is none.
  let pictures: [PhotoID: Picture]
  private let judgeable: Set<FaceID>

  init(content: ReportContent, thumbnails: [FaceID: Data], pictures: [PhotoID: Picture]) {
    self.content = content
    self.thumbnails = thumbnails
    self.pictures = pictures
    judgeable = content.judgeable
  }

  enum Picture: Sendable {
    case jpeg(Data)
    case unavailable(String)
  }

  func html() -> String {
    let photos = Dictionary(grouping: content.faces, by: \.photo)
    let cards = content.faces.enumerated().map { card($1, order: $0) }.joined(separator: "\n")
    let figures = content.photos.map { figure($0, photos[$0.id] ?? []) }.joined(separator: "\n")
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>Likeness: \(title.escapedForHTML)</title>
      <style>
      \(ReportTemplate.style)
      \(PeopleSection.style)
      \(thumbnailStyle)
      </style>
      </head>
      <body>
      \(header)
      <main>
      \(people)
      <section aria-labelledby="faces">
      <div class="bar">
      <h2 id="faces">Faces</h2>
      \(ReportTemplate.tools)
      </div>
      \(omission)<div class="cards" id="cards">
      \(cards)
      </div>
      <p class="none" id="none" hidden="hidden">No face of that name.</p>
      </section>
      <section aria-labelledby="photos">
      <h2 id="photos">Photos</h2>
      \(photoOmission)
      <div class="photos">
      \(figures)
      </div>
      </section>
      </main>
      <script>
      \(ReportTemplate.script)
      </script>
      </body>
      </html>

      """
  }

  private var people: String {
    PeopleSection(
      people: content.people, suggestions: content.suggestions,
      shown: Set(content.faces.map(\.id)), isWhole: content.omittedFaces == 0
    ).html()
  }

  private var title: String { URL(fileURLWithPath: content.summary.path).lastPathComponent }

  private var header: String {
    let (summary, rule) = (content.summary, content.verification)
    var figures = [
      (content.allFaces, content.allFaces == 1 ? "face" : "faces"),
      (summary.photos, summary.photos == 1 ? "photo" : "photos"),
      (summary.names, summary.names == 1 ? "name" : "names"),
      (content.people.count, content.people.count == 1 ? "person" : "people"),
    ]
    if summary.photosWithoutFace > 0 {
      figures.append((summary.photosWithoutFace, "without a face"))
    }
    if summary.doubtfulFaces > 0 {
      let finds = summary.doubtfulFaces == 1 ? "doubtful detection" : "doubtful detections"
      figures.append((summary.doubtfulFaces, "\(finds), not shown"))
    }
    if content.hidden > 0 {
      let faces = content.hidden == 1 ? "hidden face" : "hidden faces"
      figures.append((content.hidden, "\(faces), not shown"))
    }
    let list = figures.map { "<li><b>\($0.0)</b> \($0.1)</li>" }.joined()
    return """
      <header>
      <p class="kicker">Who looks like whom</p>
      <h1>\(title.escapedForHTML)</h1>
      <ul class="figures">\(list)</ul>
      <p class="rule">Two faces count as one person up to a distance of \
      <b>\(digits(rule.threshold, 3))</b> (\(metricName(rule.metric))), where the chance is \
      even. This was measured on \(rule.measuredOn.escapedForHTML), and so were the percentages. \
      The distances below are \(metricName(.l2)).</p>
      <p class="rule">Model \((summary.model ?? "none").escapedForHTML), \
      \(summary.dimensions ?? 0) dimensions.</p>
      </header>
      """
  }

  private func metricName(_ metric: Metric) -> String {
    metric == .cosine ? metric.rawValue : metric.rawValue.uppercased()
  }

  private var omission: String {
    guard content.omittedFaces > 0 else { return "" }
    let (first, last) = (content.firstFace, content.firstFace + content.faces.count - 1)
    let shown = first == 1 ? "The first \(last)" : "Faces \(first) to \(last)"
    return """
      <p class="omission">\(shown) of \(content.allFaces) faces are \
      shown, and compared with each other.</p>

      """
  }

  private var photoOmission: String {
    guard content.omittedPhotos > 0 else { return "" }
    return "<p class=\"omission\">\(content.omittedPhotos) more photos have no face.</p>"
  }

  /// Each thumbnail is in the file once, however many cards show it.
  private var thumbnailStyle: String {
    content.faces.compactMap { face in
      thumbnails[face.id].map {
        ".f\(face.id){background-image:url(\(dataURI($0)))}"
      }
    }.joined(separator: "\n")
  }

  private func card(_ face: ReportFace, order: Int) -> String {
    let nearest = face.neighbors.first.map { String($0.distance) } ?? "Infinity"
    let neighbors = face.neighbors.map { neighbor($0, of: face) }.joined(separator: "\n")
    let list =
      neighbors.isEmpty
      ? "<p class=\"alone\">No other face to compare with.</p>"
      : "<ol class=\"near\">\n\(neighbors)\n</ol>"
    let label = face.label.escapedForHTML
    let file = face.isNamed ? "<p class=\"file\">\(face.file.escapedForHTML)</p>" : ""
    return """
      <article class="card" id="face-\(face.id)" data-name="\(label)" data-order="\(order)" \
      data-quality="\(digits(face.quality.overall, 4))" data-nearest="\(nearest)">
      <div class="top">
      <a class="face f\(face.id)" href="#photo-\(face.photo)" title="Show the photo" \
      role="img" aria-label="\(label)"></a>
      <div><h3>\(label)</h3>\(file)\(quality(face.quality))</div>
      </div>
      \(list)
      </article>
      """
  }

  private func quality(_ quality: FaceQuality) -> String {
    let remarks =
      quality.remarks.map { "<li>\($0.escapedForHTML)</li>" }
      + (quality.isJudgeable ? [] : ["<li class=\"poor\">too poor to judge</li>"])
    return "<p class=\"quality\">quality \(digits(quality.overall, 2))</p>"
      + (remarks.isEmpty ? "" : "<ul class=\"remarks\">\(remarks.joined())</ul>")
  }

  private func neighbor(_ match: Match, of face: ReportFace) -> String {
    let percent = match.probability.percentageDigits
    let label = match.label.escapedForHTML
    // A high figure for a blur would look like an answer.
    let isGuess = !judgeable.contains(match.face) || !judgeable.contains(face.id)
    let style = isGuess ? " class=\"guess\"" : match.probability > 0.5 ? " class=\"same\"" : ""
    let title = isGuess ? "\(label): too poor to judge" : label
    return """
      <li><a href="#face-\(match.face)"\(style) title="\(title)">\
      <span class="face f\(match.face)" aria-hidden="true"></span>\
      <span class="who">\(label)</span>\
      <span class="far">\(digits(match.distance, 3))</span>\
      <span class="meter" aria-hidden="true"><i style="width:\(percent)%"></i></span>\
      <span class="chance">\(percent) %</span></a></li>
      """
  }

  private func figure(_ photo: StoredPhoto, _ faces: [ReportFace]) -> String {
    let url = URL(fileURLWithPath: photo.path)
    let name = url.lastPathComponent.escapedForHTML
    let count = faces.isEmpty ? "no face" : faces.count == 1 ? "1 face" : "\(faces.count) faces"
    switch pictures[photo.id] ?? .unavailable("not read") {
    case .unavailable(let reason):
      return """
        <p class="gone" id="photo-\(photo.id)"><b>\(name)</b> cannot be shown: \
        \(reason.escapedForHTML)</p>
        """
    case .jpeg(let data):
      let ratio = Double(photo.width) / Double(max(1, photo.height))
      let boxes = faces.map { box($0, in: photo) }.joined()
      return """
        <figure id="photo-\(photo.id)" style="--r:\(digits(ratio, 4))">
        <div class="frame">
        <img src="\(dataURI(data))" alt="\(name)" loading="lazy" width="\(photo.width)" \
        height="\(photo.height)" />
        <svg role="group" aria-label="faces">\(boxes)</svg>
        </div>
        <figcaption title="\(photo.path.escapedForHTML)"><b>\(name)</b> \
        \(photo.width) × \(photo.height), \(count)</figcaption>
        </figure>
        """
    }
  }

  private func box(_ face: ReportFace, in photo: StoredPhoto) -> String {
    func percent(_ value: Double, of side: Int) -> String {
      digits(100 * value / Double(max(1, side)), 2) + "%"
    }
    let (x, y) = (percent(face.box.x, of: photo.width), percent(face.box.y, of: photo.height))
    let width = percent(face.box.width, of: photo.width)
    let height = percent(face.box.height, of: photo.height)
    // Names of faces at the upper edge go inside of their frames.
    let isHigh = face.box.y < 0.08 * Double(photo.height)
    let label = face.label.escapedForHTML
    return """
      <a href="#face-\(face.id)" aria-label="\(label)"><title>\(label)</title>\
      <rect x="\(x)" y="\(y)" width="\(width)" height="\(height)" rx="6"></rect>\
      <text x="\(x)" y="\(y)" dx="\(isHigh ? 6 : 2)" dy="\(isHigh ? 18 : -7)">\(label)</text></a>
      """
  }

  private func dataURI(_ jpeg: Data) -> String {
    "data:image/jpeg;base64,\(jpeg.base64EncodedString())"
  }

  private func digits(_ value: Double, _ count: Int) -> String {
    // A quality of minus zero would be shown with its sign.
    String(format: "%.\(count)f", value == 0 ? 0 : value)
  }

  private func digits(_ value: Float, _ count: Int) -> String { digits(Double(value), count) }
}
