import Foundation
import Testing

/// The referee: another program that reads and writes metadata.
enum Exiftool {
  /// Runs it, and returns what it writes to standard output.
  @discardableResult
  static func run(_ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/exiftool")
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return data
  }

  /// Writes tags into a file, as its options `-TAG=VALUE` say.
  static func write(_ tags: [String], to file: URL) throws {
    try run(["-q", "-overwrite_original"] + tags + [file.path])
  }

  /// All that it reads of a file, structures as such.
  static func tags(of file: URL, _ options: [String] = []) throws -> [String: Any] {
    let data = try run(["-j", "-struct", "-n"] + options + [file.path])
    let list = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
    return try #require(list.first)
  }

  /// What it reads besides XMP and what the file system says, as one text.
  static func others(of file: URL) throws -> String {
    var tags = try tags(of: file, ["-G1", "--XMP:all", "--System:all", "--ExifTool:all"])
    // The last is a BigTIFF's XMP, which is not understood there.
    for key in [
      "SourceFile", "RIFF:VP8XFlags", "RIFF:WebP_Flags", "File:FileTypeExtension",
      "IFD0:ApplicationNotes",
    ] {
      tags[key] = nil
    }
    let data = try JSONSerialization.data(withJSONObject: tags, options: .sortedKeys)
    return String(decoding: data, as: UTF8.self)
  }

  /// Options that write regions of the Metadata Working Group and of Microsoft.
  static func regions(
    _ faces: [(name: String?, x: Double, y: Double, width: Double, height: Double)],
    width: Int, height: Int
  ) -> [String] {
    let mwg = faces.map { face in
      "{Area={X=\(face.x + face.width / 2),Y=\(face.y + face.height / 2),W=\(face.width),H=\(face.height),Unit=normalized},"
        + (face.name.map { "Name=\($0)," } ?? "") + "Type=Face}"
    }.joined(separator: ",")
    return [
      "-RegionInfo={AppliedToDimensions={W=\(width),H=\(height),Unit=pixel},RegionList=[\(mwg)]}"
    ]
  }
}
