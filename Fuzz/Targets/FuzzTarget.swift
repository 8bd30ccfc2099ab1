import Foundation

/// What is given bytes that nobody vouches for.
struct FuzzTarget: Sendable {
  let name: String
  /// Reads the bytes, and stops the program where something is wrong that is no error of theirs.
  ///
  /// - Returns: whether they were for this target.
  let run: @Sendable (Data) -> Bool

  /// The one that the program was started for; set before anything runs.
  nonisolated(unsafe) static var chosen = all[0]

  static let all =
    photos + [
      FuzzTarget(name: "exif", run: orientation), FuzzTarget(name: "icc", run: profile),
      FuzzTarget(name: "onnx", run: onnx), FuzzTarget(name: "dlib", run: dlib),
      FuzzTarget(name: "landmarks", run: landmarks),
      FuzzTarget(name: "safetensors", run: safetensors), FuzzTarget(name: "csv", run: csv),
      FuzzTarget(name: "npy", run: npy), FuzzTarget(name: "index", run: index),
      FuzzTarget(name: "pickle", run: pickle), FuzzTarget(name: "digikam", run: digiKam),
      FuzzTarget(name: "xmp", run: xmp),
    ]

  /// Stops the program where a promise is broken.
  static func check(_ holds: Bool, _ promise: @autoclosure () -> String) {
    if !holds { fatalError("not as promised: \(promise())") }
  }

  static func checkLine(_ error: some Error & CustomStringConvertible) {
    check(
      error.description.split(whereSeparator: \.isNewline).count == 1,
      "an error is one line, not \(error.description.debugDescription)")
  }
}
