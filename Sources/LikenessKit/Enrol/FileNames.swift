import Foundation

/// What photo files are called by cameras, phones and programs, which says nothing of whom they show.
enum FileNames {
  /// Words of such names; numbers, dates and times stand beside them.
  private static let words: Set<String> = [
    "img", "image", "images", "imgp", "img_e", "dsc", "dscn", "dscf", "dcim", "pic", "pict",
    "picture", "photo",
    "photos", "foto", "bild", "imagen", "pxl", "mvimg", "sam", "gopr", "gx", "dji", "cimg", "hpim",
    "kimg", "mg",
    "imag", "mov", "vid", "video", "scan", "scanned", "screenshot", "screen", "shot", "capture",
    "snapchat", "fb",
    "received", "whatsapp", "wa", "signal", "telegram", "kakaotalk", "line", "wechat", "mmexport",
    "download",
    "unnamed", "untitled", "file", "frame", "burst", "cover", "portrait", "pano", "hdr", "night",
    "edit", "edited",
    "copy", "kopie", "original", "final", "crop", "cropped", "resized", "small", "large", "thumb",
    "thumbnail", "at",
    "am", "pm", "jpg", "jpeg", "png", "heic", "mp", "raw", "nikon", "canon", "sony", "fuji",
    "pixel", "iphone",
    "camera", "webcam", "no", "nr", "of", "n", "e", "bildschirmfoto", "스크린샷", "사진", "이미지", "写真",
    "画像",
    "スクリーンショット", "照片", "图片", "微信图片", "截图", "屏幕截图",
  ]

  /// Whether a file's name without its extension says nothing of whom the photo shows: `IMG_0001`, `20240131_120000`,
  /// `WhatsApp Image 2024-01-31`, `3f2504e04f8941d39a0c0305e82c3301`, `12`.
  static func isMeaningless(_ name: String) -> Bool {
    let parts = parts(of: name)
    let letters = parts.filter { !$0.allSatisfy(\.isNumber) }
    if letters.allSatisfy({ words.contains($0) }) { return true }
    // As cameras number photos: P1010101, S1234567.
    if letters.count == 1, letters[0].count == 1, parts.count == 2, parts[1].count > 3 {
      return true
    }
    // A digest, or a UUID.
    let text = name.filter { $0 != "-" && $0 != "_" }
    return text.count >= 16 && text.allSatisfy(\.isHexDigit) && text.contains(where: \.isNumber)
  }

  /// The folder's name where a file is called by it and a number, `Ann/Ann_0001.jpg`; else nil.
  static func numbered(_ name: String, in folder: String) -> String? {
    var person = name[...]
    for characters in [")]", "0123456789", " _-.(["] {
      while let last = person.last, characters.contains(last) { person.removeLast() }
    }
    return person.count < name.count && person.lowercased() == folder.lowercased() ? folder : nil
  }

  /// Runs of letters, in lower case, and of digits.
  private static func parts(of name: String) -> [String] {
    var parts: [String] = []
    var last: Bool?
    for character in name.lowercased() {
      guard character.isLetter || character.isNumber else {
        last = nil
        continue
      }
      if last == character.isNumber {
        parts[parts.count - 1].append(character)
      } else {
        parts.append(String(character))
        last = character.isNumber
      }
    }
    return parts
  }
}
