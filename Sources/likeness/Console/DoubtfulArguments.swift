import ArgumentParser

/// Whether finds that are likely no faces count.
struct DoubtfulArguments: ParsableArguments {
  @Flag(help: "Treat doubtful detections, which are likely not faces, like any other face.")
  var includeDoubtful = false
}
