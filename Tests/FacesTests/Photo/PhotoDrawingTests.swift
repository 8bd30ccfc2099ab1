import Foundation
import TestSupport
import Testing

@testable import Faces

@Suite struct PhotoDrawingTests {
  private var fields: Photo {
    Photo(width: 48, height: 32, pixels: TestImage.fields().pixels)
  }

  @Test func `turning is exact`() {
    let image = TestImage.fields()
    // Stored by 6 is what must be turned clockwise once.
    for (orientation, turns) in [(6, 1), (3, 2), (8, 3), (1, 0), (8, -1), (6, 5)] {
      let stored = image.stored(orientation: orientation)
      let photo = Photo(width: stored.width, height: stored.height, pixels: stored.pixels)
      #expect(photo.turned(quarterTurns: turns) == fields, "\(orientation)")
    }
    let mirrored = image.stored(orientation: 2)
    #expect(
      fields.mirrored() == Photo(width: 48, height: 32, pixels: mirrored.pixels))
    let column = Photo(width: 1, height: 3, pixels: [1, 1, 1, 2, 2, 2, 3, 3, 3])
    #expect(column.turned(quarterTurns: 1).pixels == [3, 3, 3, 2, 2, 2, 1, 1, 1])
    #expect(column.mirrored() == column)
  }

  @Test func `cropping stays inside`() throws {
    let photo = Photo(width: 2, height: 2, pixels: [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4])
    let right = try #require(photo.cropped(to: PhotoRectangle(x: 1, y: -5, width: 9, height: 99)))
    #expect(right == Photo(width: 1, height: 2, pixels: [2, 2, 2, 4, 4, 4]))
    #expect(photo.cropped(to: PhotoRectangle(x: 2, y: 0, width: 1, height: 1)) == nil)
    #expect(photo.cropped(to: PhotoRectangle(x: 0, y: 0, width: 0, height: 1)) == nil)
    #expect(
      photo.cropped(to: PhotoRectangle(x: 0, y: 0, width: .max, height: .max)) == photo)
  }

  @Test func `resizing gives the size, and the file's size stays`() throws {
    let small = try fields.resized(width: 7, height: 50)
    #expect(small.width == 7 && small.height == 50 && small.fullWidth == 48)
    #expect(try fields.fitted(longestSide: 24).height == 16)
    #expect(try fields.fitted(longestSide: 100) == fields)
    let corner = small[0, 49]
    #expect(corner.red < 50 && corner.green < 60 && corner.blue > 200, "\(corner)")
  }

  @Test func `encoding comes back`() throws {
    #expect(try Photo.decode(fields.pngData()) == fields)
    let jpeg = try fields.jpegData(quality: 95)
    #expect(PhotoFormat.sniff(jpeg) == .jpeg)
    expectNear(try Photo.decode(jpeg), TestImage.fields())
    #expect(try fields.jpegData(quality: -3).count < jpeg.count)
    let long = Photo(width: 70000, height: 1, pixels: Array(repeating: 9, count: 210000))
    #expect(throws: PhotoError.self) { try long.jpegData() }
  }

  @Test func `shapes are drawn where they belong, and nothing outside`() {
    var canvas = Canvas(width: 40, height: 30, background: .black)
    canvas.strokeRectangle(x: 5, y: 5, width: 20, height: 15, thickness: 2, color: .white)
    canvas.fillCircle(x: 33, y: 15, radius: 4, color: PhotoColor(red: 255, green: 0, blue: 0))
    let photo = canvas.photo()
    #expect(photo[5, 12] == .white && photo[4, 12] == .white && photo[15, 5] == .white)
    #expect(photo[15, 12] == .black && photo[2, 12] == .black && photo[8, 12] == .black)
    #expect(photo[33, 15] == PhotoColor(red: 255, green: 0, blue: 0))
    #expect(photo[38, 15] == .black)

    canvas.fillRectangle(x: -100, y: -100, width: 1000, height: 1000, color: .white, opacity: 0.5)
    #expect(canvas.photo()[2, 2] == PhotoColor(red: 128, green: 128, blue: 128))
    canvas.fillRectangle(x: .nan, y: 0, width: .infinity, height: 3, color: .white)
    canvas.strokeRectangle(x: 1e300, y: -1e300, width: 5, height: 5, color: .white)
  }

  @Test func `a photo is drawn, cut off at the edge`() {
    var canvas = Canvas(width: 4, height: 2)
    let two = Photo(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6])
    canvas.draw(two, x: -1, y: 0)
    canvas.draw(two, x: 3, y: 1)
    canvas.draw(two, x: 9, y: 9)
    canvas.draw(two, x: -9, y: 0)
    let photo = canvas.photo()
    #expect(photo[0, 0] == PhotoColor(red: 4, green: 5, blue: 6))
    #expect(photo[3, 1] == PhotoColor(red: 1, green: 2, blue: 3))
    #expect(photo[1, 0] == .white && photo[0, 1] == .white)
  }

  @Test func `texts that no font has are told`() {
    // Characters for private use at the very end, which no font has.
    let texts = ["Ann", "x\u{10FFFD}", "Zoë", "x\u{10FFFD}", "\u{10FFFC}\n"]
    #expect(Canvas.textsWithoutGlyphs(texts) == ["x\u{10FFFD}", "\u{10FFFC}\n"])
    #expect(Canvas.textsWithoutGlyphs(["", "plain", "\n"]).isEmpty)
  }

  @Test func `text is drawn, whatever it holds`() {
    var canvas = Canvas(width: 200, height: 60)
    for text in ["Zoë & <b>Ann</b>", "李小龙", "a\nb\0c", "", "   ", "\u{202E}&amp;"] {
      let covered = canvas.drawText(
        text, x: -3, y: 40, size: 14, color: .white, background: .black)
      let size = Canvas.textSize(text, size: 14, hasBackground: true)
      #expect(covered.width == size.width && covered.height == size.height)
    }
    let size = Canvas.textSize("Ann", size: 20, isBold: true)
    // Without a font there is no text; with one, it is about as high as asked.
    #expect(size == (0, 0) || (10...24).contains(size.height) && (20...70).contains(size.width))
    if size.width > 0 { #expect(canvas.photo().pixels.contains { $0 < 10 }) }
  }
}
