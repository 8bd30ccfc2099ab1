import Foundation
import Testing

@testable import MetricLearning

@Suite struct LearningRateScheduleTests {
  @Test func `constant and steps`() {
    #expect(LearningRateSchedule.constant.rate(at: 99, base: 0.3) == 0.3)
    let steps = LearningRateSchedule.step(every: 10, factor: 0.5)
    #expect([0, 9, 10, 25].map { steps.rate(at: $0, base: 8) } == [8, 8, 4, 2])
  }

  @Test func `cosine with warm-up`() {
    let schedule = LearningRateSchedule.cosine(warmUp: 4, total: 24, floor: 0.1)
    let rates = (0..<30).map { schedule.rate(at: $0, base: 2) }
    #expect(Array(rates[0..<4]) == [0.5, 1, 1.5, 2])
    #expect(rates[4] == 2 && abs(rates[14] - 1.1) < 1e-12)
    #expect(rates[24...].allSatisfy { abs($0 - 0.2) < 1e-12 })
    #expect(zip(rates[4..<24], rates[5..<25]).allSatisfy { $0 > $1 })
  }
}
