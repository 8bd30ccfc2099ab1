import Foundation
import LibFuzzer

// likeness-fuzz --list
// likeness-fuzz TARGET [OPTION...] [CORPUS|FILE...]: libFuzzer's own options; a file alone is run once.

let arguments = CommandLine.arguments
if arguments.dropFirst() == ["--list"] {
  for target in FuzzTarget.all { print(target.name) }
  exit(0)
}
guard arguments.count > 1, let target = FuzzTarget.all.first(where: { $0.name == arguments[1] })
else {
  let names = FuzzTarget.all.map(\.name).joined(separator: ", ")
  FileHandle.standardError.write(Data("likeness-fuzz: name a target: \(names)\n".utf8))
  exit(64)
}
FuzzTarget.chosen = target

// libFuzzer keeps its arguments for as long as the program runs.
let kept = [arguments[0]] + arguments.dropFirst(2)
let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: kept.count + 1)
for (place, argument) in kept.enumerated() { list[place] = strdup(argument) }
list[kept.count] = nil
var count = CInt(kept.count)
var start: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = list
exit(
  LLVMFuzzerRunDriver(&count, &start) { bytes, size in
    let data = bytes.map { Data(bytes: $0, count: size) } ?? Data()
    // What is not the target's business does not go into its corpus.
    return FuzzTarget.chosen.run(data) ? 0 : -1
  })
