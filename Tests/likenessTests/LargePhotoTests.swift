import Faces
import Foundation
import TestSupport
import Testing

@Suite struct LargePhotoTests {
  /// Of 200 megapixels a sixteenth is held, 38 MB, and what is made of it; whole they would be 600 MB.
  @Test func `a photo of 200 megapixels takes little memory`() throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("large.jpg")
      let (width, height) = (20_000, 10_000)
      try Photo(
        width: width, height: height,
        pixels: [UInt8](repeating: 117, count: width * height * 3)
      ).jpegData(quality: 50).write(to: file)
      let (small, large) = (
        try peak(["detect", Samples.photo("obama.jpg").path, "--jobs", "1"]),
        try peak(["detect", file.path, "--jobs", "1"])
      )
      #expect(large - small < 250, "\(large) MB instead of \(small) MB")
    }
  }

  /// The most memory that a run of the program has at a time, in megabytes.
  private func peak(_ arguments: [String]) throws -> Int {
    let run = ProgramRun.process(arguments)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      [
        "python3", "-c",
        """
        import resource, subprocess, sys
        subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
        """, run.executableURL?.path ?? "",
      ] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
  }
}
