import Foundation
import GalleryCore
import LikenessKit
import LikenessReports

extension Likeness {
  /// An accuracy card as one HTML document, which needs no other file and no network.
  /// - Throws: `GalleryError`
  public func page(of card: AccuracyCard) throws -> Data {
    let faces = card.confusions.flatMap(\.faces) + card.poorFaces.map(\.face)
    let store = try gallery.reader()
    var thumbnails: [FaceID: Data] = [:]
    for face in Set(faces) { thumbnails[face] = try store.thumbnail(face: face) }
    return Data(AccuracyCardPage(card: card, thumbnails: thumbnails).html().utf8)
  }
}

/// Writes the card's page.
struct AccuracyCardPage {
  let card: AccuracyCard
  let thumbnails: [FaceID: Data]

  private static let style = """
    table { border-collapse: collapse; margin-top: .6rem; }
    th, td { text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: middle; }
    th { color: var(--soft); font-weight: 500; }
    td.n, th.n { text-align: right; }
    .scroll { overflow-x: auto; }
    .advice { list-style: disc; padding-left: 1.2rem; max-width: 78ch; }
    .pair { display: flex; gap: .3rem; }
    .pair .face, td > .face { width: 48px; height: 48px; border-radius: 9px; }
    .bar2 { display: flex; width: 9rem; height: 8px; border-radius: 4px; overflow: hidden; background: var(--track); }
    .bar2 i { display: block; background: var(--same); }
    .bar2 b { display: block; background: var(--poor); }
    """

  func html() -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Accuracy card: \(title.escapedForHTML)</title>
    <style>
    \(ReportTemplate.style)
    \(Self.style)
    \(thumbnailStyle)
    </style>
    </head>
    <body>
    \(header)
    <main>
    \(advice)
    \(groups)
    \(confusions)
    \(people)
    \(poor)
    </main>
    </body>
    </html>

    """
  }

  private var title: String { URL(fileURLWithPath: card.gallery).lastPathComponent }

  private var thumbnailStyle: String {
    thumbnails.sorted { $0.key < $1.key }.map {
      ".f\($0.key){background-image:url(data:image/jpeg;base64,\($0.value.base64EncodedString()))}"
    }.joined(separator: "\n")
  }

  private var header: String {
    let all = card.all
    let sure = all.rightRate.map { percent($0) } ?? "–"
    return """
      <header>
      <p class="kicker">How far names can be trusted</p>
      <h1>\(title.escapedForHTML)</h1>
      <ul class="figures"><li><b>\(sure)</b> of names found again</li>\
      <li><b>\(all.wrongRate.map { percent($0) } ?? "–")</b> given another name</li>\
      <li><b>\(card.namedFaces)</b> faces with a name</li><li><b>\(all.people)</b> people</li></ul>
      <p class="rule">Each face with a name was looked for among all others on other photos, as if it were new\
      \(card.sampledFaces < card.namedFaces ? " (\(card.sampledFaces) of them, evenly chosen)" : ""). It counts as found up to a \
      distance of <b>\(digits(Double(card.threshold), 3))</b> (cosine), at which \
      \(digits(100 * card.expectedFalseMatches, 1)) % of unknown people are expected to be taken for somebody.</p>
      <p class="rule">Model \((card.model ?? "none").escapedForHTML). Intervals: \(card.intervals.escapedForHTML).</p>
      </header>
      """
  }

  private var advice: String {
    section(
      "advice", "What to do",
      "<ul class=\"advice\">\(card.advice.map { "<li>\($0.escapedForHTML)</li>" }.joined())</ul>")
  }

  private var groups: String {
    let tables = card.columns.map { column -> String in
      let note =
        column.withoutValue > 0
        ? "<p class=\"omission\">\(column.withoutValue) faces have no value.</p>" : ""
      return "<h3>\(column.column.escapedForHTML)</h3>\(table(of: column.groups))\(note)"
    }
    let note =
      card.columns.isEmpty
      ? "<p class=\"omission\">No face has a label such as age or origin, and no person a date of birth: "
        + "with these, the groups would be compared.</p>" : ""
    return section("groups", "How sure names are", table(of: [card.all]) + tables.joined() + note)
  }

  private func table(of groups: [AccuracyCard.Group]) -> String {
    let rows = groups.map { group -> String in
      let name = group.group.isEmpty ? "all" : group.group
      let total = max(1, group.faces)
      return """
        <tr><td>\(name.escapedForHTML)</td><td class="n">\(group.people)</td><td class="n">\(group.faces)</td>\
        <td><span class="bar2" aria-hidden="true"><i style="width:\(100 * group.right / total)%"></i>\
        <b style="width:\(100 * group.wrong / total)%"></b></span></td>\
        <td class="n">\(interval(group.rightRate))</td><td class="n">\(interval(group.wrongRate))</td>\
        <td class="n">\(group.unknown)</td>\
        <td class="n">\(group.sureness.map { "\(digits(100 * $0, 0)) %" } ?? "–")</td>\
        <td class="n">\(group.aloneWrong) of \(group.alone)</td></tr>
        """
    }.joined(separator: "\n")
    return """
      <div class="scroll"><table>
      <tr><th>group</th><th class="n">people</th><th class="n">faces</th><th></th><th class="n">right</th>\
      <th class="n">wrong</th><th class="n">unknown</th><th class="n">sureness</th>\
      <th class="n">strangers taken for somebody</th></tr>
      \(rows)
      </table></div>
      """
  }

  private var confusions: String {
    guard !card.confusions.isEmpty else { return "" }
    let rows = card.confusions.map { pair -> String in
      """
      <tr><td><span class="pair">\(pair.faces.map { picture($0) }.joined())</span></td>\
      <td>\(pair.first.escapedForHTML)</td><td>\(pair.second.escapedForHTML)</td>\
      <td class="n">\(pair.mistaken)</td><td class="n">\(digits(Double(pair.distance), 3))</td>\
      <td class="n">\(digits(100 * pair.probability, 0)) %</td><td>\(pair.advice.escapedForHTML)</td></tr>
      """
    }.joined(separator: "\n")
    return section(
      "confusions", "Who is taken for whom",
      """
      <div class="scroll"><table>
      <tr><th></th><th>name</th><th>name</th><th class="n">mistaken</th><th class="n">nearest</th>\
      <th class="n">same person</th><th>what to do</th></tr>
      \(rows)
      </table></div>
      """)
  }

  private var people: String {
    guard !card.people.isEmpty else { return "" }
    let rows = card.people.map { person -> String in
      """
      <tr><td>\(person.name.escapedForHTML)</td><td class="n">\(person.faces)</td>\
      <td class="n">\(person.right)</td><td class="n">\(person.wrong)</td><td class="n">\(person.unknown)</td>\
      <td class="n">\(person.poor)</td></tr>
      """
    }.joined(separator: "\n")
    return section(
      "people", "People who are not always found, or could not be checked",
      """
      <div class="scroll"><table>
      <tr><th>name</th><th class="n">faces</th><th class="n">right</th><th class="n">wrong</th>\
      <th class="n">unknown</th><th class="n">too poor</th></tr>
      \(rows)
      </table></div>
      """)
  }

  private var poor: String {
    guard !card.poorFaces.isEmpty else { return "" }
    let rows = card.poorFaces.map { face -> String in
      """
      <tr><td>\(picture(face.face))</td><td>\(face.name.escapedForHTML)</td>\
      <td>\(URL(fileURLWithPath: face.photo).lastPathComponent.escapedForHTML)</td>\
      <td class="n">\(digits(face.quality, 2))</td>\
      <td>\(face.remarks.joined(separator: ", ").escapedForHTML)</td></tr>
      """
    }.joined(separator: "\n")
    let more =
      card.poorFaceCount > card.poorFaces.count
      ? "<p class=\"omission\">The poorest \(card.poorFaces.count) of \(card.poorFaceCount).</p>"
      : ""
    return section(
      "poor", "Faces too poor to be judged",
      """
      <div class="scroll"><table>
      <tr><th></th><th>name</th><th>photo</th><th class="n">quality</th><th>why</th></tr>
      \(rows)
      </table></div>
      \(more)
      """)
  }

  private func section(_ id: String, _ title: String, _ content: String) -> String {
    "<section aria-labelledby=\"\(id)\">\n<h2 id=\"\(id)\">\(title)</h2>\n\(content)\n</section>"
  }

  private func picture(_ face: FaceID) -> String {
    "<span class=\"face f\(face)\" role=\"img\" aria-label=\"\(face.reference)\"></span>"
  }

  private func percent(_ estimate: Estimate) -> String { "\(digits(100 * estimate.value, 1)) %" }

  private func interval(_ estimate: Estimate?) -> String {
    guard let estimate else { return "–" }
    return
      "\(percent(estimate)) (\(digits(100 * estimate.low, 1))–\(digits(100 * estimate.high, 1)))"
  }

  private func digits(_ value: Double, _ count: Int) -> String {
    String(format: "%.\(count)f", value == 0 ? 0 : value)
  }
}
