import ArgumentParser
import Foundation
import LikenessKit
import LikenessReports

struct Report: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "The gallery as a page to look at: every face with its nearest others.",
    discussion: """
      The page is one HTML file, pictures included, that needs no network. Of a gallery with more \
      faces than --count the first ones are shown and compared with each other; --page 2 shows the \
      next, and so on. What is left out is said.
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("The page to write.", valueName: "file"))
  var output = "report.html"
  @Option(
    help: ArgumentHelp("Also write the faces as one picture, a PNG.", valueName: "file"))
  var contactSheet: String?
  @Option(help: "How many of the nearest faces are shown for each.")
  var neighbors = 6
  @Option(name: .shortAndLong, help: "The maximum number of faces on the page.")
  var count = Likeness.reportLimit
  @Option(help: "Which faces of a larger gallery: 1 for the first --count, 2 for the next.")
  var page = 1
  @Flag(help: "Show hidden faces and people, too.")
  var includeHidden = false
  @OptionGroup var gallery: GalleryArguments

  func validate() throws {
    guard (0...100).contains(neighbors) else {
      throw ValidationError("--neighbors must be from 0 to 100, not \(neighbors)")
    }
    guard (1...100_000).contains(count) else {
      throw ValidationError("--count must be from 1 to 100000, not \(count)")
    }
    guard (1...1_000_000).contains(page) else {
      throw ValidationError("--page must be from 1 to 1000000, not \(page)")
    }
  }

  func answer() throws {
    let likeness = Likeness(place: gallery.place)
    let file = URL(fileURLWithPath: output)
    for path in [output] + [contactSheet].compactMap(\.self) {
      try OutputFile.checkWritable(URL(fileURLWithPath: path))
    }
    let report = try likeness.report(
      neighbors: neighbors, maximumFaces: count, page: page, includingHidden: includeHidden)
    Console.noteIfUncalibrated(likeness, isQuiet: false)
    try OutputFile.write(report.html, to: file)
    for line in report.unreadable { Console.note("likeness: \(line)") }
    if report.faces < report.allFaces {
      let last = report.firstFace + report.faces - 1
      let shown = page == 1 ? "the first \(last)" : "faces \(report.firstFace) to \(last)"
      Console.note(
        "likeness: \(shown) of \(report.allFaces) faces are shown"
          + (last < report.allFaces ? "; --page \(page + 1) shows the next" : ""))
    }
    if report.omittedPhotos > 0 {
      Console.note(
        "likeness: \(counted(report.omittedPhotos, "photo")) without a face are left out")
    }
    Console.noteHidden(report.hidden, "face")
    Console.note("written to \(file.path)")
    Console.print(
      "\(output): \(counted(report.faces, "face")), \(counted(report.photos, "photo")), "
        + size(report.html))
    guard let contactSheet else { return }
    let sheet = try likeness.contactSheet(includingHidden: includeHidden)
    let data = try sheet.photo.pngData()
    let picture = URL(fileURLWithPath: contactSheet)
    try OutputFile.write(data, to: picture)
    Console.noteWithoutGlyphs(sheet.textsWithoutGlyphs)
    Console.note("written to \(picture.path)")
    Console.print(
      "\(contactSheet): \(counted(sheet.faces, "face")), "
        + "\(sheet.photo.width)×\(sheet.photo.height), \(size(data))")
  }

  private func size(_ data: Data) -> String {
    data.count < 1_000_000
      ? "\((Double(data.count) / 1e3).digits(0)) kB" : "\((Double(data.count) / 1e6).digits(1)) MB"
  }
}
