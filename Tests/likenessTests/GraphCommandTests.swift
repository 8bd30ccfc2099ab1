import Foundation
import LikenessKit
import TestSupport
import Testing

/// A gallery of the sample photos that is these tests' own, made once.
private let gallery: Result<String, any Error> = Result {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("likeness-graph-\(ProcessInfo.processInfo.processIdentifier)").path
  try? FileManager.default.removeItem(atPath: folder)
  let run = try ProgramRun(["add", Samples.folder.path, "--gallery", folder, "--json"])
  #expect(run.status == 0)
  return folder
}

@Suite(.serialized) struct GraphCommandTests {
  private func object(_ arguments: [String]) throws -> [String: Any] {
    let run = try ProgramRun(arguments + ["--gallery", gallery.get(), "--json"])
    #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
    return try #require(try run.json() as? [String: Any])
  }

  @Test func theGraphIsMadeKeptAndMadeAnew() throws {
    let first = try object(["graph", "build", "--again"])
    #expect(first["faces"] as? Int == 7 && first["searched"] as? Int == 7)
    #expect(first["components"] as? Int == 1 && first["kept"] as? Bool == true)
    let next = try object(["graph"])
    #expect(next["searched"] as? Int == 0)
    #expect(next["links"] as? Int == first["links"] as? Int)
    let wrong = try ProgramRun(["graph", "build", "--far", "0", "--gallery", gallery.get()])
    #expect(wrong.status == 64)
  }

  /// Of a gallery of its own, since the others expect links by the threshold.
  @Test func aDistanceOfTheUsersLinks() throws {
    try TestFiles.withTemporaryFolder { folder in
      let home = folder.appendingPathComponent("gallery").path
      func run(_ arguments: String...) throws -> ProgramRun {
        try ProgramRun(arguments + ["--gallery", home])
      }
      let added = try ProgramRun([
        "add", Samples.folder.path, "--model", "dlib", "--quiet", "--gallery", home,
      ])
      #expect(added.status == 0)
      let built = try run("graph", "build", "--distance", "0.6")
      #expect(built.status == 0 && built.output.contains("l2 below 0.6, your own"))
      let graph = try #require(try run("graph", "--json").json() as? [String: Any])
      let rule = try #require(graph["rule"] as? [String: Any])
      #expect(rule["metric"] as? String == "l2" && rule["distance"] as? Double == 0.6)
      #expect(graph["threshold"] is NSNull && graph["searched"] as? Int == 0)

      let target = folder.appendingPathComponent("graph.json")
      #expect(
        try run("graph", "export", "--format", "json", "-o", target.path, "--quiet").status == 0)
      let text = try #require(
        try JSONSerialization.jsonObject(with: Data(contentsOf: target)) as? [String: Any])
      #expect((text["graph"] as? [String: Any])?["metric"] as? String == "l2")
      let links = try #require(text["links"] as? [[String: Any]])
      #expect(links.count == 15 && links.count == graph["links"] as? Int)
      #expect(links.allSatisfy { ($0["distance"] as? Double ?? 1) < 0.6 })

      let same = try run("same", "obama")
      #expect(same.output.contains("linked by your own rule, l2 below 0.6"))
      #expect(try run("info").output.contains("link rule          l2 below 0.6"))
      // A photo that the gallery does not know has all links that the rule says.
      let copy = folder.appendingPathComponent("copy.jpg")
      try FileManager.default.copyItem(at: Samples.photo("obama.jpg"), to: copy)
      let answer = try #require(try run("same", copy.path, "--json").json() as? [String: Any])
      let people = try #require(answer["people"] as? [[String: Any]])
      #expect((people.first?["found"] as? [Any])?.count == 6)
      #expect((people.first?["rule"] as? [String: Any])?["metric"] as? String == "l2")

      #expect(
        try run("graph", "build", "--distance", "0.01", "--metric", "cosine").output
          .contains("cosine below 0.01"))
      let back = try run("graph", "build", "--automatic", "--json").json() as? [String: Any]
      #expect(back?["rule"] is NSNull && back?["threshold"] is [String: Any])
      #expect(try !run("info").output.contains("link rule"))
      #expect(try !run("same", "obama").output.contains("your own rule"))
      #expect(try run("graph", "build", "--distance", "0.6", "--quiet").status == 0)
      let far = try run("graph", "build", "--far", "0.1", "--json").json() as? [String: Any]
      #expect(far?["rule"] is NSNull)
    }
  }

  @Test(arguments: [
    ["--distance", "0.6", "--far", "0.1"], ["--distance", "0.6", "--automatic"],
    ["--far", "0.1", "--automatic"], ["--metric", "l1"], ["--distance", "0"],
    ["--distance", "nan"], ["--distance", "0.6", "--metric", "l3"],
  ]) func whatExcludesEachOtherIsUsage(_ arguments: [String]) throws {
    let run = try ProgramRun(["graph", "build", "--gallery", "/nonexistent"] + arguments)
    #expect(run.status == 64 && run.output.isEmpty, "\(run.errors)")
  }

  @Test func sameTellsAllPhotosAndWhy() throws {
    let answer = try object(["same", "obama"])
    let people = try #require(answer["people"] as? [[String: Any]])
    let found = try #require(people.first?["found"] as? [[String: Any]])
    #expect(found.count == 6)
    #expect(found.allSatisfy { $0["name"] as? String != "biden" })
    let chain = try #require(found[1]["chain"] as? [[String: Any]])
    #expect(chain.last?["photo"] as? String == Samples.photo("obama.jpg").path)
    let text = try ProgramRun(["same", "obama", "--gallery", gallery.get()])
    #expect(text.output.contains("asked for") && text.output.contains("← obama.jpg"))
    // A copy, which the gallery does not know.
    try TestFiles.withTemporaryFolder { folder in
      let copy = folder.appendingPathComponent("copy.jpg")
      try FileManager.default.copyItem(at: Samples.photo("biden.jpg"), to: copy)
      let text = try ProgramRun(["same", copy.path, "--gallery", gallery.get()])
      #expect(text.status == 0 && text.output.contains("biden.jpg  ← 0.000 ← copy.jpg"))
    }
  }

  @Test func whatIsNotThereIsOneLine() throws {
    for (arguments, status, part) in [
      (["same", "Obana"], Int32(2), "did you mean \"obama\""),
      (["same", "face:99"], 2, "face:99 is not in the gallery"),
      (["same", "/nowhere/none.jpg"], 1, "none.jpg"),
      (["graph", "export", "--format", "json", "--output", "/proc/none/x"], 1, "/proc/none/x"),
      (["graph", "export", "--format", "neo4j-csv", "--output", Samples.folder.path], 1, "holds"),
    ] {
      let run = try ProgramRun(arguments + ["--gallery", gallery.get()])
      #expect(run.status == status && run.output.isEmpty)
      #expect(run.errorLines.count == 1 && run.errors.contains(part), "\(run.errors)")
    }
    try TestFiles.withTemporaryFolder { folder in
      for command in [["graph"], ["graph", "build"], ["same", "x"]] {
        let run = try ProgramRun(command + ["--gallery", folder.path + "/none"])
        #expect(run.status == 2 && run.errorLines.count == 1)
      }
    }
  }

  @Test func allFormatsAreWritten() throws {
    let links = try #require(try object(["graph"])["links"] as? Int)
    try TestFiles.withTemporaryFolder { folder in
      for format in ["neo4j-csv", "cypher", "graphml", "json"] {
        let target = folder.appendingPathComponent(format)
        let run = try ProgramRun([
          "graph", "export", "--format", format, "--output", target.path, "--no-embeddings",
          "--gallery", gallery.get(),
        ])
        #expect(run.status == 0 && run.output.isEmpty && run.errors.isEmpty)
        let file = format == "neo4j-csv" ? target.appendingPathComponent("same.csv") : target
        let text = try String(contentsOf: file, encoding: .utf8)
        switch format {
        case "neo4j-csv": #expect(text.split(separator: "\n").count == links + 1)
        case "graphml": #expect(text.components(separatedBy: "<edge ").count == links + 1)
        case "json":
          let graph = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
          let nodes = try #require(graph["nodes"] as? [[String: Any]])
          #expect(nodes.count == 7)
        default: #expect(text.contains("obama.jpg"))
        }
      }
    }
  }

  /// What a graph database makes of the exported script is what the program says of the gallery.
  @Test func aGraphDatabaseHasTheSameNeighbours() throws {
    try TestFiles.withTemporaryFolder { folder in
      func exported(_ format: String) throws -> Data {
        let target = folder.appendingPathComponent(format)
        let run = try ProgramRun([
          "graph", "export", "--format", format, "--output", target.path, "--gallery",
          gallery.get(),
        ])
        #expect(run.status == 0)
        return try Data(contentsOf: target)
      }
      let engine = try GraphEngine(in: folder)
      #expect(try engine.load(script: String(decoding: exported("cypher"), as: UTF8.self)) == 2)
      func numbers(_ query: String) throws -> Set<[Int64]> {
        Set(try engine.query(query).map { row in row.compactMap(\.int) })
      }

      let graph = try #require(
        try JSONSerialization.jsonObject(with: exported("json")) as? [String: Any])
      let nodes = try #require(graph["nodes"] as? [[String: Any]])
      #expect(
        try numbers("MATCH (f:Face) RETURN f.id, size(f.embedding)")
          == Set(
            nodes.map {
              [$0["id"] as? Int64 ?? -1, Int64(($0["embedding"] as? [Any])?.count ?? 0)]
            }
          ))
      var neighbors: Set<[Int64]> = []
      for link in try #require(graph["links"] as? [[String: Any]]) {
        let ends = [link["source"], link["target"]].map { $0 as? Int64 ?? -1 }
        neighbors.formUnion([ends, ends.reversed()])
      }
      #expect(!neighbors.isEmpty)
      #expect(try numbers("MATCH (a:Face)-[:SAME]-(b:Face) RETURN a.id, b.id") == neighbors)

      let answer = try object(["same", "obama"])
      let people = try #require(answer["people"] as? [[String: Any]])
      let found = try #require(people.first?["found"] as? [[String: Any]])
      let asked = try #require(found.first?["face"] as? Int64)
      // A walk leaves out whom the other faces of a photo rule out; here there is nobody.
      #expect(
        try numbers(
          "MATCH (:Face {id: \(asked)})-[:SAME*1..6]-(b:Face) RETURN DISTINCT b.id")
          == Set(found.compactMap { ($0["face"] as? Int64).map { [$0] } }))
    }
  }

  @Test func infoTellsTheThresholds() throws {
    let thresholds = try #require(try object(["info"])["thresholds"] as? [String: Any])
    for name in ["link", "unknown"] {
      let level = try #require(thresholds[name] as? [String: Any])
      #expect(level["distance"] is Double && level["falseAcceptRate"] is Double)
      #expect((level["reason"] as? String)?.contains("among 7 faces") == true)
    }
    let text = try ProgramRun(["info", "--gallery", gallery.get()]).output
    for row in ["impostors", "link threshold", "unknown threshold"] {
      #expect(text.contains("\n\(row)  "))
    }
  }
}
