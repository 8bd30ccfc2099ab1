/// The colours of groups, the largest group's first: told apart by eyes of all kinds.
package enum MapPalette {
  /// On light paper, `#rrggbb`.
  package static let light = [
    "#3b6fd4", "#e8853a", "#2f9e6e", "#d1476f", "#8b5cd6", "#c2a11f", "#16a0b5", "#b5552d",
    "#e07fb4", "#6d8c2f", "#5565a8", "#a0387f",
  ]
  /// The same on dark paper.
  package static let dark = [
    "#6f9bff", "#ffa05c", "#4fcf98", "#ff7397", "#b794ff", "#e6c84b", "#3fcfe0", "#e58560",
    "#ff9fd0", "#a5c95a", "#93a3f0", "#dd7fc3",
  ]
  /// Of faces in small groups, in none, and where there are no groups at all.
  package static let small = "#a9a496"
  package static let none = "#cbc7bd"
  package static let plain = "#4c8a70"
  package static let paper = "#f6f5f2"
  package static let ink = "#1d1c1a"
  package static let soft = "#6b6862"
}
