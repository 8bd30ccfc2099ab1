import ArgumentParser

/// Whether finds that are likely no faces count.
struct DoubtfulArguments: ParsableArguments {
  @Flag(help: "Let doubtful finds, which are likely no faces, count as the others do.")
  var includeDoubtful = false
}
