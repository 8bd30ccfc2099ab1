import Faces
import LikenessKit

/// The part of a report that says who is in the gallery: everybody with the faces that were put together,
/// and pairs who may be one person.
struct PeopleSection {
  let people: [Person]
  let suggestions: [MergeSuggestion]
  /// The faces that have a card in the report.
  let shown: Set<FaceID>
  /// Whether these are all faces of the gallery.
  let isWhole: Bool

  private static let facesOfAPerson = 24

  func html() -> String {
    let several = people.filter { $0.faces.count > 1 }
    let once = people.count - several.count
    let here =
      isWhole ? several : several.filter { $0.faces.contains { shown.contains($0.face) } }
    let cards = here.map(card).joined(separator: "\n")
    var remarks: [String] = []
    let elsewhere = several.count - here.count
    if elsewhere > 0 {
      remarks.append(
        "\(elsewhere) more \(elsewhere == 1 ? "person has" : "people have") all faces on other pages."
      )
    }
    if several.isEmpty { remarks.append("Nobody is in the gallery twice.") }
    if once > 0, !several.isEmpty {
      remarks.append(once == 1 ? "One more person is there once." : "\(once) more are there once.")
    }
    return """
      <section aria-labelledby="people">
      <div class="bar"><h2 id="people">People</h2></div>
      <div class="people">
      \(cards)
      </div>
      <p class="omission">\(remarks.joined(separator: " "))</p>
      \(worthALook)</section>
      """
  }

  private func card(_ person: Person) -> String {
    let faces = person.faces.filter { shown.contains($0.face) }
    let photos = Set(person.faces.map(\.photo)).count
    let label = person.name.map(\.escapedForHTML) ?? "Somebody"
    let links = faces.prefix(Self.facesOfAPerson).map(link).joined()
    let more = person.faces.count - min(faces.count, Self.facesOfAPerson)
    return """
      <article class="person" id="person-\(person.id)">
      <h3>\(label)</h3>
      <p class="file">\(person.id.reference)\(person.given ? ", named by you" : ""): \
      \(person.faces.count) faces in \(photos) \(photos == 1 ? "photo" : "photos")</p>
      <p class="strip">\(links)\(more > 0 ? "<span class=\"more\">and \(more) more</span>" : "")</p>
      </article>
      """
  }

  private func link(_ face: Person.Face) -> String {
    let file = String(face.photo.split(separator: "/").last ?? "").escapedForHTML
    return """
      <a class="face f\(face.face)" href="#face-\(face.face)" title="\(file)" \
      role="img" aria-label="\(file)"></a>
      """
  }

  private var worthALook: String {
    let pairs = suggestions.filter { $0.faces.allSatisfy(shown.contains) }
    guard !pairs.isEmpty else { return "" }
    let items = pairs.map { pair in
      let names = [pair.first, pair.second].map { person in
        "<span class=\"who\">\((person.name ?? "Somebody").escapedForHTML) \(person.id.reference)</span>"
      }
      return """
        <li><span class="face f\(pair.faces[0])" aria-hidden="true"></span>\
        <span class="face f\(pair.faces[1])" aria-hidden="true"></span>\
        \(names.joined(separator: "<span>and</span>"))<span class="chance">\(pair.probability.percentage)</span></li>
        """
    }
    return """
      <h3 class="look">Worth a look: one person or two?</h3>
      <ul class="pairs">
      \(items.joined(separator: "\n"))
      </ul>

      """
  }

  static let style = """
    .people {
      display: grid; gap: 1rem; align-items: start;
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr));
    }
    .person {
      background: var(--card); border: 1px solid var(--line); border-radius: 16px; padding: 1rem;
      content-visibility: auto; contain-intrinsic-size: auto 9rem;
    }
    .strip { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem; margin-top: .6rem; }
    .strip .face { width: 56px; height: 56px; border-radius: 12px; }
    .more { color: var(--soft); }
    .people + .omission { padding-top: 1rem; }
    .look { margin-top: 1rem; }
    .pairs { display: grid; gap: .4rem; margin-top: .6rem; }
    .pairs li { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; }
    .pairs .face { width: 48px; height: 48px; border-radius: 12px; }
    .pairs .chance { color: var(--soft); }
    """
}
