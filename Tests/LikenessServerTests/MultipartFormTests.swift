import Foundation
import Testing

@testable import LikenessServer

@Suite struct MultipartFormTests {
  private func form(_ text: String, _ boundary: String = "b") throws -> MultipartForm {
    try MultipartForm(Data(text.utf8), boundary: boundary)
  }

  @Test func partsAreRead() throws {
    let form = try form(
      "preamble\r\n--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nAnn\r\n"
        + "--b  \r\ncontent-disposition: form-data; filename=\"a \\\"b\\\";c.jpg\"; name=file\r\n"
        + "Content-Type: image/jpeg\r\n\r\n\r\n-b\r\n\r\n--b\r\n"
        + "Content-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--b--\r\nepilogue")
    #expect(form.parts.map(\.name) == ["name", "file", "empty"])
    #expect(form["name"]?.text == "Ann" && form["name"]?.fileName == nil)
    #expect(form["file"]?.fileName == "a \"b\";c.jpg")
    #expect(form["file"]?.text == "\r\n-b\r\n")
    #expect(form["empty"]?.data.isEmpty == true)
  }

  @Test(arguments: [
    "", "no boundary", "--b", "--b\r\n",
    "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nnever ends",
    "--b\r\n\r\nno name\r\n--b--",
    "--bx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--",
    "--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--b--",
    "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--",
    "--b\r\n\u{0}\u{1}\r\n\r\n1\r\n--b--",
  ])
  func mistakesAreSaid(text: String) {
    #expect(throws: ServerError.self) { try form(text) }
  }

  @Test func nothingCrashes() throws {
    let whole = Array(
      "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n\u{0}\u{1}\r\n--b--\r\n"
        .utf8)
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<5_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let at = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: at)
        default: bytes.insert(contentsOf: [13, 10], at: at)
        }
        if bytes.isEmpty { break }
      }
      _ = try? MultipartForm(Data(bytes), boundary: "b")
    }
    // A slice of a larger buffer, whose indices do not begin at 0.
    let slice = Data([1, 2, 3] + whole)[3...]
    #expect(try MultipartForm(slice, boundary: "b")["f"]?.data == Data([0, 1]))
  }
}
