import CKernels
import Foundation
import TestSupport
import Testing

/// The pixel kernels against plain loops, on noise of odd sizes.
@Suite struct PixelKernelTests {
  private struct Image {
    var width: Int
    var height: Int
    /// Bytes from row to row: more than the row has.
    var stride: Int
    var bytes: [UInt8]

    init(_ width: Int, _ height: Int, extra: Int = 0, _ random: inout SplitMix64) {
      (self.width, self.height, stride) = (width, height, width * 3 + extra)
      bytes = (0..<stride * height).map { _ in .random(in: 0...255, using: &random) }
    }

    subscript(x: Int, y: Int, channel: Int) -> Int { Int(bytes[y * stride + 3 * x + channel]) }
  }

  private static let sizes = [(1, 1), (2, 3), (9, 9), (10, 13), (17, 31), (64, 33), (101, 77)]

  @Test(arguments: sizes)
  func `halving takes the mean of four`(width: Int, height: Int) {
    var random = SplitMix64(seed: 31)
    let image = Image(width, height, extra: 5, &random)
    var out = [UInt8](repeating: 7, count: (width / 2) * (height / 2) * 3)
    ck_halve_rgb8(image.bytes, width, height, image.stride, &out)
    var expected: [UInt8] = []
    for y in 0..<height / 2 {
      for x in 0..<width / 2 {
        for k in 0..<3 {
          let sum =
            image[2 * x, 2 * y, k] + image[2 * x + 1, 2 * y, k] + image[2 * x, 2 * y + 1, k]
            + image[2 * x + 1, 2 * y + 1, k]
          expected.append(UInt8((sum + 2) / 4))
        }
      }
    }
    #expect(out == expected)
  }

  @Test(arguments: sizes.filter { $0.0 > 8 && $0.1 > 8 })
  func `a pyramid level is a binomial filter at every other pixel`(width: Int, height: Int) {
    var random = SplitMix64(seed: 32)
    let image = Image(width, height, extra: 2, &random)
    let (columns, rows) = ((width - 3) / 2, (height - 3) / 2)
    var scratch = [UInt16](repeating: 0, count: height * columns * 3)
    var out = [UInt8](repeating: 0, count: rows * columns * 3)
    ck_pyramid_down_rgb8(image.bytes, width, height, image.stride, &scratch, &out)
    let weights = [1, 4, 6, 4, 1]
    var expected: [UInt8] = []
    for y in 0..<rows {
      for x in 0..<columns {
        for k in 0..<3 {
          var sum = 0
          for v in 0..<5 {
            for u in 0..<5 { sum += weights[u] * weights[v] * image[2 * x + u, 2 * y + v, k] }
          }
          expected.append(UInt8(sum / 256))
        }
      }
    }
    #expect(out == expected)
  }

  @Test(arguments: sizes)
  func `mirroring swaps left and right`(width: Int, height: Int) {
    var random = SplitMix64(seed: 33)
    let image = Image(width, height, &random)
    var out = [UInt8](repeating: 0, count: image.bytes.count)
    ck_mirror_rgb8(image.bytes, width, height, &out)
    for y in 0..<height {
      for x in 0..<width {
        for k in 0..<3 {
          #expect(Int(out[(y * width + x) * 3 + k]) == image[width - 1 - x, y, k])
        }
      }
    }
  }

  @Test(arguments: sizes)
  func `sampling is bilinear and black outside`(width: Int, height: Int) {
    var random = SplitMix64(seed: 34)
    let image = Image(width, height, extra: 1, &random)
    for _ in 0..<6 {
      let (columns, rows) = (23, 19)
      let x = Double.random(in: -20...20, using: &random)
      let y = Double.random(in: -20...20, using: &random)
      let scale = Double.random(in: 0.2...3, using: &random)
      var planes = [Float](repeating: -9, count: columns * rows * 3)
      ck_sample_rgb8_bgr_planes(
        image.bytes, width, height, image.stride, x, y, scale, 0, &planes, columns, rows)
      // Where nothing of the source is, the fill is all there is; half a pixel around, it is a part.
      var grey = [Float](repeating: -9, count: columns * rows * 3)
      ck_sample_rgb8_bgr_planes(
        image.bytes, width, height, image.stride, x, y, scale, 114, &grey, columns, rows)
      var bytes = [UInt8](repeating: 9, count: columns * rows * 3)
      ck_sample_rgb8(image.bytes, width, height, image.stride, x, y, scale, &bytes, columns, rows)
      var index = 0
      for r in 0..<rows {
        for c in 0..<columns {
          let px = x + (Double(c) + 0.5) * scale
          let py = y + (Double(r) + 0.5) * scale
          for k in 0..<3 {
            let value = bilinear(image, px, py, k)
            let plane = (2 - k) * columns * rows + r * columns + c
            #expect(abs(Double(planes[plane]) - value) < 1e-3)
            let isInside =
              px >= 0 && py >= 0 && px <= Double(width) && py <= Double(height)
            #expect(abs(Double(grey[plane]) - (isInside ? value : 114)) < 1e-3)
            #expect(abs(Double(bytes[index]) - value) <= 0.501)
            index += 1
          }
        }
      }
    }
  }

  @Test(arguments: sizes)
  func `planes are copied, and filled outside`(width: Int, height: Int) {
    var random = SplitMix64(seed: 38)
    let image = Image(width, height, extra: 1, &random)
    let (columns, rows) = (23, 19)
    for (x, y) in [(0, 0), (-5, 3), (4, -7), (width - 2, height - 1), (width + 9, 0), (-40, -40)] {
      var planes = [Float](repeating: -9, count: columns * rows * 3)
      ck_copy_rgb8_bgr_planes(
        image.bytes, width, height, image.stride, x, y, 7, &planes, columns, rows)
      for r in 0..<rows {
        for c in 0..<columns {
          for k in 0..<3 {
            let isInside = (0..<width).contains(x + c) && (0..<height).contains(y + r)
            let expected =
              isInside ? Float(image.bytes[(y + r) * image.stride + (x + c) * 3 + k]) : 7
            #expect(planes[(2 - k) * columns * rows + r * columns + c] == expected)
          }
        }
      }
    }
  }

  @Test(arguments: sizes)
  func `warped planes are bilinear, and filled outside`(width: Int, height: Int) {
    var random = SplitMix64(seed: 39)
    let image = Image(width, height, extra: 4, &random)
    let side = 21
    for _ in 0..<6 {
      let map = (0..<6).map { index in
        index % 3 == 2
          ? Double.random(in: -10...20, using: &random)
          : Double.random(in: -1.5...1.5, using: &random)
      }
      var planes = [Float](repeating: -9, count: side * side * 3)
      ck_warp_rgb8_bgr_planes(
        image.bytes, width, height, image.stride, map, 114, &planes, side, side)
      for r in 0..<side {
        for c in 0..<side {
          let x = map[0] * Double(c) + map[1] * Double(r) + map[2]
          let y = map[3] * Double(c) + map[4] * Double(r) + map[5]
          let isNear = x > -1 && y > -1 && x < Double(width) && y < Double(height)
          let (cx, cy) = (
            min(max(x, 0), Double(width - 1)), min(max(y, 0), Double(height - 1))
          )
          for k in 0..<3 {
            // In the other convention a pixel's centre is half a pixel further.
            let expected = isNear ? bilinear(image, cx + 0.5, cy + 0.5, k) : 114
            let value = planes[(2 - k) * side * side + r * side + c]
            #expect(abs(Double(value) - expected) < 1e-2)
          }
        }
      }
    }
  }

  @Test(arguments: sizes)
  func `warping is bilinear, cut off, and black outside`(width: Int, height: Int) {
    var random = SplitMix64(seed: 35)
    let image = Image(width, height, extra: 4, &random)
    for _ in 0..<6 {
      let side = 21
      let map = (0..<6).map { index in
        index % 3 == 2
          ? Double.random(in: -10...20, using: &random)
          : Double.random(in: -1.5...1.5, using: &random)
      }
      var out = [UInt8](repeating: 9, count: side * side * 3)
      ck_warp_rgb8(image.bytes, width, height, image.stride, map, &out, side, side)
      for r in 0..<side {
        for c in 0..<side {
          let x = map[0] * Double(c) + map[1] * Double(r) + map[2]
          let y = map[3] * Double(c) + map[4] * Double(r) + map[5]
          let isInside = x >= 0 && y >= 0 && x < Double(width - 1) && y < Double(height - 1)
          for k in 0..<3 {
            let value = isInside ? bilinear(image, x + 0.5, y + 0.5, k) : 0
            let difference = value - Double(out[(r * side + c) * 3 + k])
            // Cut off, but for the last bit of the sum.
            #expect(difference > -1e-6 && difference < 1 + 1e-6)
          }
        }
      }
    }
    var out = [UInt8](repeating: 9, count: 3)
    ck_warp_rgb8(
      image.bytes, width, height, image.stride, [.nan, 0, .nan, 0, .infinity, 0], &out, 1, 1)
    #expect(out == [0, 0, 0])
  }

  @Test(arguments: sizes)
  func `the Laplacian's variance is that of grey values`(width: Int, height: Int) {
    var random = SplitMix64(seed: 36)
    let image = Image(width, height, extra: 3, &random)
    let found = ck_laplacian_variance_rgb8(image.bytes, width, height, image.stride)
    guard width > 2, height > 2 else {
      #expect(found == 0)
      return
    }
    func grey(_ x: Int, _ y: Int) -> Double {
      Double(image[x, y, 0] + image[x, y, 1] + image[x, y, 2]) / 3
    }
    var values: [Double] = []
    for y in 1..<height - 1 {
      for x in 1..<width - 1 {
        values.append(
          4 * grey(x, y) - grey(x - 1, y) - grey(x + 1, y) - grey(x, y - 1) - grey(x, y + 1))
      }
    }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)
    #expect(abs(found - variance) <= 1e-9 * max(1, variance))
  }

  /// A pixel i covers [i, i + 1); edge pixels reach half a pixel further in.
  private func bilinear(_ image: Image, _ x: Double, _ y: Double, _ channel: Int) -> Double {
    guard x >= 0, y >= 0, x <= Double(image.width), y <= Double(image.height) else { return 0 }
    let (u, v) = (x - 0.5, y - 0.5)
    let (left, top) = (u.rounded(.down), v.rounded(.down))
    func value(_ column: Double, _ row: Double) -> Double {
      Double(
        image[
          min(max(0, Int(column)), image.width - 1), min(max(0, Int(row)), image.height - 1),
          channel])
    }
    let (fx, fy) = (u - left, v - top)
    return (1 - fy) * ((1 - fx) * value(left, top) + fx * value(left + 1, top))
      + fy * ((1 - fx) * value(left, top + 1) + fx * value(left + 1, top + 1))
  }

  @Test(arguments: sizes)
  func `a warp into planes interpolates, and repeats the edge`(width: Int, height: Int) {
    var random = SplitMix64(seed: 36)
    let image = Image(width, height, extra: 3, &random)
    let m = [0.9, -0.3, Double(width) / 8, 0.25, 1.1, -2.0]
    let (columns, rows) = (width + 3, height + 2)
    var out = [Float](repeating: -1, count: 3 * columns * rows)
    let luma = ck_warp_rgb8_planes(
      image.bytes, width, height, image.stride, m, &out, columns, rows)
    var total = 0.0
    for r in 0..<rows {
      for c in 0..<columns {
        let x = min(max(m[0] * Double(c) + m[1] * Double(r) + m[2], 0), Double(width - 1))
        let y = min(max(m[3] * Double(c) + m[4] * Double(r) + m[5], 0), Double(height - 1))
        let (left, top) = (Int(x), Int(y))
        let (right, down) = (min(left + 1, width - 1), min(top + 1, height - 1))
        let (u, v) = (x - Double(left), y - Double(top))
        for k in 0..<3 {
          let upper = (1 - u) * Double(image[left, top, k]) + u * Double(image[right, top, k])
          let lower = (1 - u) * Double(image[left, down, k]) + u * Double(image[right, down, k])
          let expected = (1 - v) * upper + v * lower
          #expect(abs(Double(out[(k * rows + r) * columns + c]) - expected) < 1e-3)
          total += [0.299, 0.587, 0.114][k] * expected
        }
      }
    }
    #expect(abs(luma - total / Double(columns * rows)) < 1e-3)
  }

  @Test func `colours change about the luma, are cut off and normalised`() {
    var random = SplitMix64(seed: 37)
    let count = 101
    let planes = (0..<3 * count).map { _ in Float.random(in: 0...255, using: &random) }
    let mean: [Float] = [120, 110, 100]
    var (out, isCut) = (planes, false)
    ck_color_planes(&out, count, 1.4, 0.6, -40, mean, 1 / 64)
    for i in 0..<count {
      let luma = 0.299 * planes[i] + 0.587 * planes[count + i] + 0.114 * planes[2 * count + i]
      for k in 0..<3 {
        let changed = 1.4 * (0.6 * planes[k * count + i] + 0.4 * luma) - 40
        isCut = isCut || changed < 0 || changed > 255
        let expected = (min(255, max(0, changed)) - mean[k]) / 64
        #expect(abs(out[k * count + i] - expected) < 1e-3)
      }
    }
    #expect(isCut)
  }
}
