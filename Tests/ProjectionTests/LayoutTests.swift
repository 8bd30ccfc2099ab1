import Projection
import Testing

@Suite struct LayoutTests {
  @Test func countsItsPoints() {
    #expect(Layout(dimensions: 2, coordinates: [0, 1, 2, 3, 4, 5]).count == 3)
  }
}
