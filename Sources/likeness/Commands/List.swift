import ArgumentParser
import Foundation
import LikenessEvaluation
import LikenessKit

struct List: AnsweringCommand {
  static let configuration = CommandConfiguration(
    abstract: "The names in the gallery, or its photos or faces.")

  enum Kind: String, ExpressibleByArgument, CaseIterable { case names, photos, faces }

  @Argument(help: "What to list.")
  var kind: Kind = .names
  @OptionGroup var gallery: GalleryArguments
  @OptionGroup var output: OutputArguments

  func answer() throws {
    let likeness = Likeness(place: gallery.place)
    switch kind {
    case .names:
      let names = try likeness.names.summaries()
      if output.json { return try Console.json(names) }
      var table = Table(rightAligned: [1, 2])
      for name in names {
        table.add(
          name.name, "\(name.photos) \(name.photos == 1 ? "photo" : "photos")",
          "\(name.faces) \(name.faces == 1 ? "face" : "faces")")
      }
      if !names.isEmpty { Console.print(table.text) }
    case .photos:
      let photos = try likeness.photos.list()
      if output.json { return try Console.json(photos) }
      var table = Table(rightAligned: [1])
      for photo in photos {
        table.add(
          photo.id.reference,
          "\(photo.faces) \(photo.faces == 1 ? "face" : "faces")"
            + (photo.doubtful > 0 ? ", \(photo.doubtful) doubtful" : ""),
          "\(photo.width)×\(photo.height)",
          photo.taken.map { $0.description.replacing("T", with: " ") } ?? "–", photo.photo)
      }
      if !photos.isEmpty { Console.print(table.text) }
    case .faces:
      let faces = try likeness.faces.list()
      if output.json { return try Console.json(faces) }
      var table = Table(rightAligned: [2])
      for face in faces {
        table.add(
          face.face.reference, face.name ?? "–", "quality \(face.quality.digits(2))",
          ([face.photo] + (face.doubtful ? ["doubtful"] : []) + (face.drawn ? ["drawn"] : [])
            + (face.hidden ? ["hidden"] : [])
            + (face.labels.isEmpty ? [] : [LabelText.text(face.labels)]))
            .joined(separator: "  "))
      }
      if !faces.isEmpty { Console.print(table.text) }
    }
  }
}
