import ArgumentParser
import Faces
import Foundation

struct Demo: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show on sample photos, or on your own, who looks like whom.",
    discussion: """
      Shows a few commands with what they answer, and leaves a gallery and a report to look at. The \
      sample photos are those of the face_recognition project, seven of 3.2 MB together. They are \
      downloaded once and checked against their SHA-256; nothing is sent. With --photos nothing is downloaded.
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The folder to make, for the gallery and the report.", valueName: "dir"))
  var output = "likeness-demo"
  @Option(help: ArgumentHelp("A folder of photos to take instead.", valueName: "dir"))
  var photos: String?
  @Option(
    help: ArgumentHelp(
      "Where to download the sample photos from, instead of their project on GitHub.",
      valueName: "address"))
  var from: String?

  func validate() throws {
    for (option, value) in [("--output", output), ("--photos", photos), ("--from", from)]
    where value?.isEmpty == true {
      throw ValidationError("\(option) must not be empty")
    }
  }

  func answer() throws {
    if let photos {
      try show("add", Add.self, [photos])
      try show("people", People.self, [])
    } else {
      let samples = SamplePhotos(folder: StandardFolders.samples)
      let missing = samples.missing
      let from = from ?? SamplePhotos.address
      if !missing.isEmpty {
        Console.note("downloading \(counted(missing.count, "sample photo")) from \(from)")
      }
      for name in missing { try samples.download(name, from: from) }
      func photo(_ name: String) -> String { samples.folder.appendingPathComponent(name).path }
      try show("add", Add.self, [samples.folder.path])
      try show("list", List.self, [])
      try show("nearest", Nearest.self, ["obama"])
      try show("verify", Verify.self, [photo("obama.jpg"), photo("obama2.jpg")])
      try show("verify", Verify.self, [photo("obama.jpg"), photo("biden.jpg")])
      try show("search", Search.self, [photo("obama3.jpg")])
    }
    let report = path("report.html")
    try show("report", Report.self, ["--output", report, "--contact-sheet", path("faces.png")])
    Console.print(
      "\nOpen \(report) in a browser, or see it all at http://127.0.0.1:8080 with\n"
        + "likeness serve --gallery \(path("gallery").quotedForShell)")
  }

  private func path(_ name: String) -> String {
    URL(fileURLWithPath: output).appendingPathComponent(name).path
  }

  /// Runs a command on the demo's gallery, and shows it as it would be typed.
  private func show(
    _ name: String, _ command: any ParsableCommand.Type, _ words: [String]
  ) throws {
    let words = words + ["--gallery", path("gallery")]
    Console.print("\n$ likeness \(name) " + words.map(\.quotedForShell).joined(separator: " "))
    var parsed = try command.parseAsRoot(words)
    try parsed.run()
  }
}
