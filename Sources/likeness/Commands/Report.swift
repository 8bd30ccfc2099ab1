import ArgumentParser
import Foundation
import LikenessKit

struct Report: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "The gallery as a page to look at: every face with its nearest others.",
    discussion: "The page is one HTML file, pictures included, that needs no network.")

  @Option(name: .shortAndLong, help: ArgumentHelp("The page to write.", valueName: "file"))
  var output = "report.html"
  @Option(
    help: ArgumentHelp("Also write the faces as one picture, a PNG.", valueName: "file"))
  var contactSheet: String?
  @Option(help: "How many of the nearest faces are shown for each.")
  var neighbors = 6
  @Flag(help: "Show hidden faces and people, too.")
  var includeHidden = false
  @OptionGroup var gallery: GalleryArguments

  func validate() throws {
    guard (0...100).contains(neighbors) else {
      throw ValidationError("--neighbors must be from 0 to 100, not \(neighbors)")
    }
  }

  func answer() throws {
    let likeness = Likeness(place: gallery.place)
    let report = try likeness.report(neighbors: neighbors, includingHidden: includeHidden)
    Console.noteIfUncalibrated(likeness, isQuiet: false)
    let page = URL(fileURLWithPath: output)
    try OutputFile.write(report.html, to: page)
    for line in report.unreadable { Console.note("likeness: \(line)") }
    if report.faces < report.allFaces {
      Console.note("likeness: the first \(report.faces) of \(report.allFaces) faces are shown")
    }
    Console.noteHidden(report.hidden, "face")
    Console.note("written to \(page.path)")
    Console.print(
      "\(output): \(count(report.faces, "face")), \(count(report.photos, "photo")), "
        + size(report.html))
    guard let contactSheet else { return }
    let sheet = try likeness.contactSheet(includingHidden: includeHidden)
    let data = try sheet.photo.pngData()
    let picture = URL(fileURLWithPath: contactSheet)
    try OutputFile.write(data, to: picture)
    Console.noteWithoutGlyphs(sheet.textsWithoutGlyphs)
    Console.note("written to \(picture.path)")
    Console.print(
      "\(contactSheet): \(count(sheet.faces, "face")), "
        + "\(sheet.photo.width)×\(sheet.photo.height), \(size(data))")
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private func size(_ data: Data) -> String {
    data.count < 1_000_000
      ? "\((Double(data.count) / 1e3).digits(0)) kB" : "\((Double(data.count) / 1e6).digits(1)) MB"
  }
}
