import Foundation
import TestSupport
import Testing

@testable import MetricLearning

@Suite struct SafetensorsFileTests {
  init() throws { try Torch.load() }

  @Test func `the layout is the format's`() throws {
    var state = StateDictionary()
    state["b"] = Tensor([Float(1), 2], shape: [2, 1])
    state["a\"/"] = Tensor([UInt8(7), 8, 9])
    state.metadata = ["step": "12"]
    let data = try SafetensorsFile.data(of: state)
    let text =
      #"{"__metadata__":{"step":"12"},"b":{"data_offsets":[0,8],"dtype":"F32","shape":[2,1]},"#
      + #""a\"/":{"data_offsets":[8,11],"dtype":"U8","shape":[3]}}"#
    let padded = text + String(repeating: " ", count: (8 - text.utf8.count % 8) % 8)
    #expect(
      data == Data(TestFiles.little(padded.utf8.count, 8)) + Data(padded.utf8)
        + Data([0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 7, 8, 9]))
  }

  @Test func `what is written is read`() throws {
    var state = StateDictionary()
    state["weights.z"] = Tensor([Float(0.1), -.infinity, .nan, 3], shape: [2, 2])
    state["empty"] = Tensor([Double](), shape: [0, 3])
    state["steps"] = Tensor([Int64.max])
    state["weights.a"] = Tensor([0.1, 1e300])
    state["mask"] = Tensor([true, false])
    state["scalar"] = Tensor([Float(4)]).reshaped([])
    state.metadata = ["name": "ü"]
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("state.safetensors")
      try SafetensorsFile.write(state, to: file)
      let read = try SafetensorsFile.read(file)
      #expect(read.names == state.names && read.metadata == state.metadata)
      for (name, tensor) in state.entries {
        let other = try #require(read[name])
        #expect(other.shape == tensor.shape && other.type == tensor.type)
      }
      #expect(try SafetensorsFile.data(of: read) == SafetensorsFile.data(of: state))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
      #expect(throws: SafetensorsError.self) {
        try SafetensorsFile.write(state, to: folder.appendingPathComponent("no/where"))
      }
      #expect(throws: SafetensorsError.self) {
        try SafetensorsFile.read(folder.appendingPathComponent("nothing"))
      }
    }
  }

  @Test func `every file that is cut off or says what cannot be is refused`() throws {
    var state = StateDictionary()
    state["a"] = Tensor([Float(1), 2])
    let whole = try SafetensorsFile.data(of: state)
    for count in 0..<whole.count {
      #expect(throws: (any Error).self) { try SafetensorsFile.state(from: whole.prefix(count)) }
    }
    #expect(throws: (any Error).self) { try SafetensorsFile.state(from: whole + [0]) }
    for header in [
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
      #"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#,
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,8]}}"#,
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}"#,
      #"{"a":{"dtype":"F32","shape":[2305843009213693951],"data_offsets":[0,8]}}"#,
      #"{"a":{"dtype":"F8","shape":[8],"data_offsets":[0,8]}}"#,
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
      #"[]"#, #"{"__metadata__":3}"#,
    ] {
      let data = Data(TestFiles.little(header.utf8.count, 8)) + Data(header.utf8) + Data(count: 8)
      #expect(throws: (any Error).self, "\(header)") { try SafetensorsFile.state(from: data) }
    }
  }
}
