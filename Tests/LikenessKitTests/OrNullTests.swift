import Foundation
import LikenessKit
import Testing

@Suite struct OrNullTests {
  private struct Answer: Codable, Equatable {
    @OrNull var name: String?
    @OrNull var face: Int64?
  }

  @Test func `what there is none of is null and comes back`() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    for (answer, text) in [
      (Answer(name: nil, face: nil), #"{"face":null,"name":null}"#),
      (Answer(name: "Ann", face: 7), #"{"face":7,"name":"Ann"}"#),
    ] {
      let data = try encoder.encode(answer)
      #expect(String(decoding: data, as: UTF8.self) == text)
      #expect(try JSONDecoder().decode(Answer.self, from: data) == answer)
    }
  }
}
