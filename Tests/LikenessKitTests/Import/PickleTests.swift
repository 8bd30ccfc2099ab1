import Foundation
import TestSupport
import Testing

@testable import LikenessKit

/// Pickles as Python writes them; those of NumPy's arrays were made with NumPy 2.4.
@Suite struct PickleTests {
  private func python(_ program: String, in folder: URL) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program]
    process.currentDirectoryURL = folder
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  /// Every protocol, with the representations of deepface, and encodings with names.
  @Test func everyProtocolIsRead() throws {
    try TestFiles.withTemporaryFolder { folder in
      try python(
        """
        import pickle
        for p in range(6):
            rows = [{"identity": f"db/{n}/{i}.jpg", "hash": "x", "embedding": [0.5, -1.25, 1e-3] * 400,
                     "target_x": 3 - 70000 * i, "target_y": 4, "target_w": 50, "target_h": 60000}
                    for i, n in enumerate(["Ann", "J\\u00f6e\\u732b"])]
            pickle.dump(rows, open(f"d{p}.pkl", "wb"), protocol=p)
            pickle.dump({"encodings": [[0.5, 2, True], (1.0, 2.0, 3.0)], "names": ["Ann", "J\\u00f6e\\u732b"]},
                        open(f"e{p}.pkl", "wb"), protocol=p)
        """, in: folder)
      for number in 0..<6 {
        let faces = try PickledFaces.read(folder.appendingPathComponent("d\(number).pkl"))
        #expect(
          faces.photos == [
            PhotoNames(
              path: "db/Ann/0.jpg",
              regions: [
                NamedRegion(
                  name: "Ann", box: Box(x: 3, y: 4, width: 50, height: 60000), unit: .pixels)
              ]),
            PhotoNames(
              path: "db/Jöe猫/1.jpg",
              regions: [
                NamedRegion(
                  name: "Jöe猫", box: Box(x: -69997, y: 4, width: 50, height: 60000), unit: .pixels)
              ]),
          ], "protocol \(number)")
        let encodings = try PickledFaces.read(folder.appendingPathComponent("e\(number).pkl"))
        #expect(encodings.encodings.map(\.name) == ["Ann", "Jöe猫"], "protocol \(number)")
        #expect(encodings.encodings.map(\.embedding.values) == [[0.5, 2, 1], [1, 2, 3]])
      }
    }
  }

  /// `pickle.dumps({"encodings": [np.array([0.5, 2.0]), np.array([1, 3], dtype=">f4")], "names": ["Ann", "Joe"]}, protocol=p)`
  private static let arrays: [(name: String, base64: String)] = [
    (
      "protocol 0",
      "KGRwMApWZW5jb2RpbmdzCnAxCihscDIKY251bXB5Ll9jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnAzCihjbn"
        + "VtcHkKbmRhcnJheQpwNAooSTAKdHA1CmNfY29kZWNzCmVuY29kZQpwNgooVmIKcDcKVmxhdGluMQpwOAp0cDkKUnAx"
        + "MAp0cDExClJwMTIKKEkxCihJMgp0cDEzCmNudW1weQpkdHlwZQpwMTQKKFZmOApwMTUKSTAwCkkwMQp0cDE2ClJwMT"
        + "cKKEkzClY8CnAxOApOTk5JLTEKSS0xCkkwCnRwMTkKYkkwMApnNgooVlx1MDAwMFx1MDAwMFx1MDAwMFx1MDAwMFx1"
        + "MDAwMFx1MDAwMOA/XHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwXHUwMDAwQApwMjAKZzgKdHAyMQ"
        + "pScDIyCnRwMjMKYmFnMwooZzQKKEkwCnRwMjQKZzEwCnRwMjUKUnAyNgooSTEKKEkyCnRwMjcKZzE0CihWZjQKcDI4"
        + "CkkwMApJMDEKdHAyOQpScDMwCihJMwpWPgpwMzEKTk5OSS0xCkktMQpJMAp0cDMyCmJJMDAKZzYKKFY/gFx1MDAwMF"
        + "x1MDAwMEBAXHUwMDAwXHUwMDAwCnAzMwpnOAp0cDM0ClJwMzUKdHAzNgpiYXNWbmFtZXMKcDM3CihscDM4ClZBbm4K"
        + "cDM5CmFWSm9lCnA0MAphcy4="
    ),
    (
      "protocol 1",
      "fXEAKFgJAAAAZW5jb2RpbmdzcQFdcQIoY251bXB5Ll9jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnEDKGNudW"
        + "1weQpuZGFycmF5CnEEKEsAdHEFY19jb2RlY3MKZW5jb2RlCnEGKFgBAAAAYnEHWAYAAABsYXRpbjFxCHRxCVJxCnRx"
        + "C1JxDChLAShLAnRxDWNudW1weQpkdHlwZQpxDihYAgAAAGY4cQ9JMDAKSTAxCnRxEFJxEShLA1gBAAAAPHESTk5OSv"
        + "////9K/////0sAdHETYkkwMApoBihYEQAAAAAAAAAAAMOgPwAAAAAAAABAcRRoCHRxFVJxFnRxF2JoAyhoBChLAHRx"
        + "GGgKdHEZUnEaKEsBKEsCdHEbaA4oWAIAAABmNHEcSTAwCkkwMQp0cR1ScR4oSwNYAQAAAD5xH05OTkr/////Sv////"
        + "9LAHRxIGJJMDAKaAYoWAkAAAA/woAAAEBAAABxIWgIdHEiUnEjdHEkYmVYBQAAAG5hbWVzcSVdcSYoWAMAAABBbm5x"
        + "J1gDAAAASm9lcShldS4="
    ),
    (
      "protocol 2",
      "gAJ9cQAoWAkAAABlbmNvZGluZ3NxAV1xAihjbnVtcHkuX2NvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQNjbn"
        + "VtcHkKbmRhcnJheQpxBEsAhXEFY19jb2RlY3MKZW5jb2RlCnEGWAEAAABicQdYBgAAAGxhdGluMXEIhnEJUnEKh3EL"
        + "UnEMKEsBSwKFcQ1jbnVtcHkKZHR5cGUKcQ5YAgAAAGY4cQ+JiIdxEFJxEShLA1gBAAAAPHESTk5OSv////9K/////0"
        + "sAdHETYoloBlgRAAAAAAAAAAAAw6A/AAAAAAAAAEBxFGgIhnEVUnEWdHEXYmgDaARLAIVxGGgKh3EZUnEaKEsBSwKF"
        + "cRtoDlgCAAAAZjRxHImIh3EdUnEeKEsDWAEAAAA+cR9OTk5K/////0r/////SwB0cSBiiWgGWAkAAAA/woAAAEBAAA"
        + "BxIWgIhnEiUnEjdHEkYmVYBQAAAG5hbWVzcSVdcSYoWAMAAABBbm5xJ1gDAAAASm9lcShldS4="
    ),
    (
      "protocol 3",
      "gAN9cQAoWAkAAABlbmNvZGluZ3NxAV1xAihjbnVtcHkuX2NvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QKcQNjbn"
        + "VtcHkKbmRhcnJheQpxBEsAhXEFQwFicQaHcQdScQgoSwFLAoVxCWNudW1weQpkdHlwZQpxClgCAAAAZjhxC4mIh3EM"
        + "UnENKEsDWAEAAAA8cQ5OTk5K/////0r/////SwB0cQ9iiUMQAAAAAAAA4D8AAAAAAAAAQHEQdHERYmgDaARLAIVxEm"
        + "gGh3ETUnEUKEsBSwKFcRVoClgCAAAAZjRxFomIh3EXUnEYKEsDWAEAAAA+cRlOTk5K/////0r/////SwB0cRpiiUMI"
        + "P4AAAEBAAABxG3RxHGJlWAUAAABuYW1lc3EdXXEeKFgDAAAAQW5ucR9YAwAAAEpvZXEgZXUu"
    ),
    (
      "protocol 4",
      "gASVDwEAAAAAAAB9lCiMCWVuY29kaW5nc5RdlCiMFm51bXB5Ll9jb3JlLm11bHRpYXJyYXmUjAxfcmVjb25zdHJ1Y3"
        + "SUk5SMBW51bXB5lIwHbmRhcnJheZSTlEsAhZRDAWKUh5RSlChLAUsChZRoBowFZHR5cGWUk5SMAmY4lImIh5RSlChL"
        + "A4wBPJROTk5K/////0r/////SwB0lGKJQxAAAAAAAADgPwAAAAAAAABAlHSUYmgFaAhLAIWUaAqHlFKUKEsBSwKFlG"
        + "gPjAJmNJSJiIeUUpQoSwOMAT6UTk5OSv////9K/////0sAdJRiiUMIP4AAAEBAAACUdJRiZYwFbmFtZXOUXZQojANB"
        + "bm6UjANKb2WUZXUu"
    ),
    (
      "protocol 5",
      "gAWV9QAAAAAAAAB9lCiMCWVuY29kaW5nc5RdlCiME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlC"
        + "iWEAAAAAAAAAAAAAAAAADgPwAAAAAAAABAlIwFbnVtcHmUjAVkdHlwZZSTlIwCZjiUiYiHlFKUKEsDjAE8lE5OTkr/"
        + "////Sv////9LAHSUYksChZSMAUOUdJRSlGgFKJYIAAAAAAAAAD+AAABAQAAAlGgJjAJmNJSJiIeUUpQoSwOMAT6UTk"
        + "5OSv////9K/////0sAdJRiSwKFlGgQdJRSlGWMBW5hbWVzlF2UKIwDQW5ulIwDSm9llGV1Lg=="
    ),
    (
      "NumPy 1",
      "gAJ9cQAoWAkAAABlbmNvZGluZ3NxAV1xAihjbnVtcHkuY29yZS5tdWx0aWFycmF5Cl9yZWNvbnN0cnVjdApxA2NudW"
        + "1weQpuZGFycmF5CnEESwCFcQVjX2NvZGVjcwplbmNvZGUKcQZYAQAAAGJxB1gGAAAAbGF0aW4xcQiGcQlScQqHcQtS"
        + "cQwoSwFLAoVxDWNudW1weQpkdHlwZQpxDlgCAAAAZjhxD4mIh3EQUnERKEsDWAEAAAA8cRJOTk5K/////0r/////Sw"
        + "B0cRNiiWgGWBEAAAAAAAAAAADDoD8AAAAAAAAAQHEUaAiGcRVScRZ0cRdiaANoBEsAhXEYaAqHcRlScRooSwFLAoVx"
        + "G2gOWAIAAABmNHEciYiHcR1ScR4oSwNYAQAAAD5xH05OTkr/////Sv////9LAHRxIGKJaAZYCQAAAD/CgAAAQEAAAH"
        + "EhaAiGcSJScSN0cSRiZVgFAAAAbmFtZXNxJV1xJihYAwAAAEFubnEnWAMAAABKb2VxKGV1Lg=="
    ),
  ]

  @Test func arraysOfNumPyAreRead() throws {
    for (name, text) in Self.arrays {
      let data = try #require(Data(base64Encoded: text))
      let document = try PickleReader.document(data)
      let vectors = document.value["encodings"]?.entries?.map(\.vector)
      #expect(vectors == [[0.5, 2], [1, 3]], "\(name)")
    }
  }

  @Test(arguments: [
    // An instruction that would run a command.
    ("cposix\nsystem\n(S'true'\ntR.", "posix.system"),
    ("cbuiltins\neval\n(V1\ntR.", "builtins.eval"),
    ("c__main__\nFace\n)\u{81}.", "__main__.Face"),
    ("", "empty"), ("hello", "not there"), ("{}", "no pickle"), ("(lp0\n", "too early"),
    (")R.", "value is missing"),
    ("g7\n.", "not there"), ("(t(.", "one value"), ("N).", "one value"), ("I12x\n.", "none"),
    ("]N)a.", "no list"), ("Na.", "value is missing"), ("}(NNNu.", "no dictionary"),
    ("e.", "mark is missing"), ("Nb.", "missing"),
  ])
  func whatIsNoDataIsRefused(_ text: String, _ message: String) throws {
    try TestFiles.withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("faces.pkl")
      try Data(text.unicodeScalars.map { UInt8($0.value) }).write(to: file)
      let error = #expect(throws: ImportError.self) { try PickledFaces.read(file) }
      #expect(
        error.map { "\($0)".contains(message) && !"\($0)".contains("\n") } == true,
        "\(error.map { "\($0)" } ?? "")")
    }
  }

  /// Lists and tuples a million deep, a list that holds itself, and one that is in itself many times over.
  @Test func deepPicklesDoNotOverflowTheStack() throws {
    let depth = 1_000_000
    let lists = Data(repeating: UInt8(ascii: "]"), count: depth)
    let appends = Data(repeating: UInt8(ascii: "a"), count: depth - 1)
    for data in [
      lists + appends + Data(".".utf8), lists + appends,
      Data(")".utf8) + Data(repeating: 0x85, count: depth) + Data(".".utf8),
      Data("]q\u{0}h\u{0}a.".utf8), Data("]q\u{0}(h\u{0}h\u{0}h\u{0}e.".utf8),
    ] {
      let document = try? PickleReader.document(data)
      #expect((document != nil) == (data.last == UInt8(ascii: ".")))
    }
  }

  @Test func brokenPicklesNeitherCrashNorHang() throws {
    try FuzzCorpus.broken("pickle", 2_000) { _ = try? PickleReader.document($0) }
    var mutation = Mutation(seed: 9)
    for (_, text) in Self.arrays {
      let data = try #require(Data(base64Encoded: text))
      for _ in 0..<400 { _ = try? PickleReader.document(mutation(data)) }
      for length in 0..<data.count {
        #expect(throws: PickleError.self) { try PickleReader.document(data.prefix(length)) }
      }
    }
  }
}
