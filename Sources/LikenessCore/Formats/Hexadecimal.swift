extension Sequence<UInt8> {
  /// In lower-case hexadecimal, two digits a byte.
  package var hexadecimal: String {
    reduce(into: "") { text, byte in text += (byte < 16 ? "0" : "") + String(byte, radix: 16) }
  }
}
