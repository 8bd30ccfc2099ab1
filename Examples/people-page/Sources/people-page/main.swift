import Foundation
import LikenessKit

guard CommandLine.arguments.count == 3 else {
  print("usage: people-page PHOTOS PAGE.html")
  exit(64)
}
let photos = URL(fileURLWithPath: CommandLine.arguments[1])
let page = URL(fileURLWithPath: CommandLine.arguments[2])

let likeness = Likeness(gallery: page.deletingPathExtension().appendingPathExtension("gallery"))
let summary = try likeness.add([photos])
for photo in summary.skipped { print("skipped \(photo.photo): \(photo.reason)") }

let people = try likeness.people.list().people.filter { $0.faces.count > 1 || $0.name != nil }

func escaped(_ text: String) -> String {
  text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
}

var html = "<!doctype html><meta charset=\"utf-8\"><title>People</title>\n"
for person in people {
  html += "<h2>\(escaped(person.label))</h2>\n"
  for face in person.faces {
    guard let picture = try likeness.faces.thumbnail(of: face.face) else { continue }
    html += "<img src=\"data:image/jpeg;base64,\(picture.base64EncodedString())\""
    html += " title=\"\(escaped(face.photo))\">\n"
  }
}
try html.write(to: page, atomically: true, encoding: .utf8)
print("\(people.count) people are in \(page.path)")
