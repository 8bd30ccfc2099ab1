import LikenessCore
import LikenessKit
import LikenessReports
import TestSupport

/// Documents to export.
enum SampleGraphs {
  /// Names that one format or another has to escape.
  static let oddNames = [
    "O'Brien", "say \"hi\"", "back\\slash \\n \\u0041 \\",
    "semi; colon;\nMATCH (n) DETACH DELETE n;",
    "김철수", "👩‍👩‍👧 \u{1F600}", "two\nlines\r\nand a tab\t", "// no comment /* nor this */", "a,b;c|d",
    "<b>&amp;</b> ]]>", "", " spaces ", "'", "''", "\"", "\\", "\\'", ":exit", "{}[]() $p `t`",
    "e\u{301} ≠ é, \u{2028}\u{202E}", "null", "1,2", "=SUM(A1)", "%s %n {0}",
  ]

  /// Clusters of faces with links inside and some between, of embeddings with all kinds of numbers.
  static func document(
    _ count: Int, people peopleCount: Int = 0, linksPerFace: Int = 3, dimensions: Int? = 8,
    seed: UInt64 = 5
  ) -> GraphDocument {
    var random = SplitMix64(seed: seed)
    let people = (0..<peopleCount).map {
      GraphDocument.Person(id: PersonID(Int64($0) + 1), name: $0 % 4 == 3 ? nil : name($0))
    }
    // Ids with gaps, not in the order of the rows.
    let ids = (0..<count).map { FaceID(Int64($0) * 7 + 3) }.shuffled(using: &random)
    let faces = (0..<count).map { row in
      GraphDocument.Face(
        id: ids[row], name: row % 3 == 2 ? nil : name(row),
        photo: "/photos/\(name(row))/\(row).jpg",
        person: people.isEmpty || row % 5 == 4 ? nil : row % people.count)
    }
    var links: [SimilarityGraph.Link] = []
    var pairs: Set<[Int32]> = []
    for row in 0..<count {
      for _ in 0..<linksPerFace where count > 1 {
        let other = Int.random(in: 0..<count, using: &random)
        let (from, to) = (Int32(min(row, other)), Int32(max(row, other)))
        guard from < to, pairs.insert([from, to]).inserted else { continue }
        links.append(
          .init(
            from: from, to: to, distance: .random(in: 0..<0.6, using: &random),
            probability: .random(in: 0...1, using: &random)))
      }
    }
    let embeddings = dimensions.map { dimensions in
      EmbeddingMatrix(
        dimensions: dimensions,
        values: (0..<count * dimensions).map { _ in .random(in: -1...1, using: &random) })
    }
    return GraphDocument(
      faces: faces, embeddings: embeddings, people: people,
      graph: SimilarityGraph(count: count, links: links), metric: Metric.allCases[count % 3])
  }

  /// The smallest graphs, and those where one kind of thing is missing.
  static let small: [(name: String, document: GraphDocument)] = [
    ("nothing", document(0)), ("one", document(1, people: 1)), ("two", document(2, people: 1)),
    ("no links", document(4, people: 2, linksPerFace: 0)),
    ("no embeddings", document(5, people: 2, dimensions: nil)), ("no people", document(6)),
  ]

  private static func name(_ number: Int) -> String { oddNames[number % oddNames.count] }
}

extension GraphDocument {
  /// The links by the ids of their faces, smaller first.
  var linksByID: [[FaceID]: SimilarityGraph.Link] {
    Dictionary(
      uniqueKeysWithValues: graph.links.map { link in
        ([faces[Int(link.from)].id, faces[Int(link.to)].id].sorted(), link)
      })
  }
}
