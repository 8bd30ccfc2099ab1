import Foundation
import LikenessKit

/// Where a command writes pictures: one file, or a folder with a file each.
struct PictureFolder {
  private let url: URL
  private let isFile: Bool

  /// - Parameter isFile: whether a path with a picture's extension is the one file.
  init(path: String, isFile: Bool) {
    url = URL(fileURLWithPath: path)
    self.isFile = isFile && ["png", "jpg", "jpeg"].contains(url.pathExtension.lowercased())
  }

  @discardableResult
  func write(_ photo: Photo, name: String) throws -> URL {
    // Only now: a command that finds no face leaves no empty folder.
    if !isFile {
      do {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      } catch {
        throw LikenessError.notWritable(path: url.path, reason: OutputFile.reason(error))
      }
    }
    let file = isFile ? url : url.appendingPathComponent(name + ".png")
    let isJPEG = file.pathExtension.lowercased() != "png"
    try OutputFile.write(isJPEG ? photo.jpegData() : photo.pngData(), to: file)
    return file
  }
}
