import Foundation

/// Draws one face from back to front; the middle between the eyes is near (0, −0.1), y goes down.
struct CartoonDrawing {
  typealias Place = SIMD2<Double>

  let person: CartoonPerson
  let pose: CartoonExpression.Pose
  /// How far the head is turned: what stands out moves sideways by this.
  let turn: Double
  let gaze: Double
  let shirt: SIMD3<Double>

  private var shade: SIMD3<Double> { person.skin * 0.8 }
  private var eyeLine: Double { -0.08 }
  private var mouthLine: Double { eyeLine + person.noseLength + 0.26 }

  func paint(on canvas: inout CartoonCanvas) {
    hairBehind(&canvas)
    body(&canvas)
    head(&canvas)
    hairInFront(&canvas)
    for side in [-1.0, 1] {
      eye(&canvas, side)
      brow(&canvas, side)
    }
    nose(&canvas)
    mouth(&canvas)
    if person.hasGlasses { glasses(&canvas) }
  }

  private func body(_ canvas: inout CartoonCanvas) {
    canvas.ellipse(Place(0, 1.25), Place(0.85, 0.5), shirt)
    canvas.fill(
      [Place(-0.2, 0.4), Place(0.2, 0.4), Place(0.24, 0.9), Place(0, 0.98), Place(-0.24, 0.9)],
      shade)
  }

  private func head(_ canvas: inout CartoonCanvas) {
    let (width, height) = (person.faceWidth, person.faceHeight)
    for side in [-1.0, 1] {
      canvas.ellipse(Place(side * width - turn / 2, 0.02), Place(0.07, 0.13), shade)
    }
    // A superellipse below the middle, rounder above it.
    let outline = (0..<48).map { step -> Place in
      let angle = Double(step) / 48 * 2 * .pi
      let (x, y) = (cos(angle), sin(angle))
      let narrow = y > 0 ? 1 - (0.34 - 0.26 * person.jaw) * y * y : 1
      return Place(width * x * narrow, height * y * (y > 0 ? 1 : 0.95))
    }
    canvas.fill(outline, person.skin)
    for side in [-1.0, 1] {
      canvas.ellipse(
        Place(side * width * 0.58 + turn, 0.2), Place(0.1, 0.07), person.lips, opacity: 0.25)
    }
  }

  private func hairBehind(_ canvas: inout CartoonCanvas) {
    let (width, height) = (person.faceWidth, person.faceHeight)
    switch person.hairstyle {
    case .long:
      canvas.ellipse(Place(0, 0.15), Place(width + 0.17, height + 0.25), person.hair)
    case .curly:
      for step in 0..<11 {
        let angle = Double.pi * (0.9 + Double(step) / 10 * 1.2)
        canvas.ellipse(
          Place((width + 0.04) * cos(angle), (height + 0.02) * sin(angle)),
          Place(repeating: 0.17), person.hair * (step % 2 == 0 ? 1 : 0.88))
      }
    case .bun:
      canvas.ellipse(Place(turn / 2, -height - 0.1), Place(0.2, 0.17), person.hair * 0.9)
      canvas.ellipse(Place(0, -0.1), Place(width + 0.05, height), person.hair)
    case .short, .fringe:
      canvas.ellipse(Place(0, -0.16), Place(width + 0.06, height - 0.08), person.hair)
    case .bald:
      break
    }
  }

  private func hairInFront(_ canvas: inout CartoonCanvas) {
    let (width, height) = (person.faceWidth, person.faceHeight)
    /// From ear to ear over the top, and back along a line on the forehead.
    func cap(_ depth: Double, _ sag: Double) -> [Place] {
      let top = (0...24).map { step -> Place in
        let angle = .pi + Double(step) / 24 * .pi
        return Place((width + 0.03) * cos(angle), (height + 0.04) * sin(angle) - 0.02)
      }
      let line = CartoonCanvas.arc(
        Place(width + 0.03, -0.05), Place(turn, -height * depth + sag), Place(-width - 0.03, -0.05))
      return top + line
    }
    switch person.hairstyle {
    case .short: canvas.fill(cap(0.72, 0), person.hair)
    case .fringe:
      canvas.fill(cap(0.5, 0.06), person.hair)
      for step in -2...2 {
        let x = Double(step) * width * 0.34 + turn
        canvas.stroke(
          [Place(x * 0.7, -height * 0.8), Place(x, -height * 0.42)], width: 0.03, tapers: true,
          person.hair * 0.8)
      }
    case .long:
      let part = Place(turn + 0.12, -height * 0.92)
      for side in [-1.0, 1] {
        canvas.fill(
          CartoonCanvas.arc(
            part, Place(side * width * 0.72, -height * 0.5), Place(side * width, 0.05))
            + CartoonCanvas.arc(
              Place(side * (width + 0.1), 0.05), Place(side * (width + 0.05), -height * 0.75),
              Place(part.x, -height - 0.08)), person.hair)
      }
    case .curly: canvas.fill(cap(0.66, 0), person.hair)
    case .bun: canvas.fill(cap(0.78, 0), person.hair)
    case .bald: break
    }
  }

  private func eyeMiddle(_ side: Double) -> Place {
    Place(side * person.eyeDistance + turn, eyeLine)
  }

  private func eye(_ canvas: inout CartoonCanvas, _ side: Double) {
    let middle = eyeMiddle(side)
    let (width, height) = (person.eyeSize * 1.35, person.eyeSize * 0.72 * pose.eyes)
    canvas.ellipse(middle, Place(width, height), SIMD3(0.97, 0.97, 0.96))
    let radius = min(person.eyeSize * 0.62, height * 1.05)
    let iris = middle + Place(gaze * width * 0.5 + turn * 0.3, 0)
    canvas.ellipse(iris, Place(repeating: radius), person.iris)
    canvas.ellipse(iris, Place(repeating: radius * 0.5), SIMD3(repeating: 0.05))
    canvas.ellipse(
      iris + Place(-0.3, -0.35) * radius, Place(repeating: radius * 0.2), SIMD3(repeating: 1))
    // The lids cut off what an open eye would show.
    let lid = CartoonCanvas.arc(
      middle + Place(-width, 0), middle + Place(0, -height), middle + Place(width, 0))
    canvas.stroke(lid, width: 0.03, tapers: true, person.hair * 0.35)
    let lower = CartoonCanvas.arc(
      middle + Place(-width, 0), middle + Place(0, height), middle + Place(width, 0))
    canvas.stroke(lower, width: 0.014, tapers: true, shade * 0.8)
  }

  private func brow(_ canvas: inout CartoonCanvas, _ side: Double) {
    let middle = eyeMiddle(side) + Place(0, -person.eyeSize * 0.72 - 0.09)
    let half = person.eyeSize * 1.5
    let inner = middle + Place(-side * half, 0.02 - pose.innerBrow)
    let outer = middle + Place(side * half, 0.03 - pose.outerBrow)
    let arch = middle + Place(0, -0.02 - (pose.innerBrow + pose.outerBrow) / 2)
    let color = person.hairstyle == .bald ? person.skin * 0.4 : person.hair * 0.75
    canvas.stroke(
      CartoonCanvas.arc(inner, arch, outer), width: person.browWidth, tapers: true, color)
    if pose.innerBrow < -0.05 {
      canvas.stroke(
        [Place(turn + side * 0.025, middle.y + 0.06), Place(turn + side * 0.03, middle.y - 0.04)],
        width: 0.014, shade * 0.85)
    }
  }

  private func nose(_ canvas: inout CartoonCanvas) {
    let tip = Place(1.5 * turn, eyeLine + person.noseLength + 0.04 - 0.03 * pose.sneer)
    let width = person.noseWidth * (1 + 0.2 * pose.sneer)
    canvas.ellipse(tip, Place(width, width * 0.6), shade, opacity: 0.75)
    canvas.stroke(
      CartoonCanvas.arc(
        Place(turn + 0.03, eyeLine), Place(tip.x + width * 0.5, tip.y - 0.1), tip + Place(width, 0)),
      width: 0.018, tapers: true, shade * 0.85)
    for side in [-1.0, 1] {
      canvas.ellipse(
        tip + Place(side * width * 0.5, width * 0.28), Place(width * 0.22, width * 0.14),
        shade * 0.5)
      guard pose.sneer > 0.3 else { continue }
      canvas.stroke(
        CartoonCanvas.arc(
          tip + Place(side * width * 1.2, -0.05), tip + Place(side * (width * 1.2 + 0.06), 0.05),
          tip + Place(side * (width * 1.2 + 0.05), 0.15)), width: 0.018, shade * 0.8)
      canvas.stroke(
        [Place(1.2 * turn + side * 0.05, eyeLine + 0.06), Place(1.2 * turn, eyeLine + 0.1)],
        width: 0.014, shade * 0.8)
    }
  }

  private func mouth(_ canvas: inout CartoonCanvas) {
    let middle = Place(1.2 * turn, mouthLine)
    let half = person.mouthWidth * pose.mouthWidth
    let left = middle + Place(-half, -pose.corners)
    let right = middle + Place(half, -pose.corners)
    let sag = pose.corners * 0.45
    let top = middle + Place(0, sag - pose.mouth * 0.5 - 0.05 * pose.sneer)
    let bottom = middle + Place(0, sag + pose.mouth)
    let upper = CartoonCanvas.arc(left, top, right)
    let lower = CartoonCanvas.arc(left, bottom, right)
    if pose.mouth > 0.01 {
      canvas.fill(upper + lower.reversed(), SIMD3(0.32, 0.08, 0.10))
      let teeth = CartoonCanvas.arc(left, top + (bottom - top) * 0.32, right)
      canvas.fill(upper + teeth.reversed(), SIMD3(0.96, 0.95, 0.92))
    }
    canvas.stroke(upper, width: 0.045, tapers: true, person.lips)
    canvas.stroke(lower, width: 0.06, tapers: true, person.lips)
    if pose.mouth <= 0.01 {
      canvas.stroke(upper, width: 0.014, tapers: true, person.lips * 0.5)
    }
    guard pose.corners > 0.06 else { return }
    for corner in [left, right] {
      let side = corner.x < middle.x ? -1.0 : 1
      canvas.stroke(
        CartoonCanvas.arc(
          corner + Place(side * 0.02, -0.1), corner + Place(side * 0.06, -0.02),
          corner + Place(side * 0.03, 0.06)), width: 0.016, tapers: true, shade * 0.85)
    }
  }

  private func glasses(_ canvas: inout CartoonCanvas) {
    let radius = person.eyeDistance * 0.8
    for side in [-1.0, 1] {
      let ring = CartoonCanvas.ellipse(eyeMiddle(side), Place(radius, radius * 0.8))
      canvas.stroke(ring + [ring[0]], width: 0.028, SIMD3(0.12, 0.12, 0.16))
    }
    let bridge = person.eyeDistance - radius
    canvas.stroke(
      [Place(turn - bridge, eyeLine), Place(turn + bridge, eyeLine)], width: 0.028,
      SIMD3(0.12, 0.12, 0.16))
  }
}
