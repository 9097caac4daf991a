import Foundation

/// Civil times as text, and the moments they are where the phone is.
enum WallClock {
  /// The hour at which a practice day begins.
  private static let dayStartsAt = 4

  /// Gregorian whatever calendar the person has chosen: 2026 is 2026.
  private static var calendar: Calendar { Calendar(identifier: .gregorian) }

  /// "2026-11-24T19:00:00" as its parts. Without a zone: the system shows it when the clock on the
  /// wall says so, wherever that wall is by then.
  static func parts(_ local: String) -> DateComponents? {
    let numbers = local.split(whereSeparator: { "-T:".contains($0) }).compactMap { Int($0) }
    guard numbers.count == 6 else { return nil }
    return DateComponents(
      year: numbers[0], month: numbers[1], day: numbers[2],
      hour: numbers[3], minute: numbers[4], second: numbers[5])
  }

  static func moment(_ local: String) -> Date? {
    parts(local).flatMap { calendar.date(from: $0) }
  }

  static func text(_ at: Date) -> String {
    let part = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: at)
    return String(
      format: "%04d-%02d-%02dT%02d:%02d:%02d", part.year ?? 0, part.month ?? 0, part.day ?? 0,
      part.hour ?? 0, part.minute ?? 0, part.second ?? 0)
  }

  static func time(_ at: Date) -> String { String(text(at).suffix(8)) }

  /// The day from 04:00 to 04:00 that `at` belongs to.
  static func practiceDay(_ at: Date) -> String {
    let isNight = calendar.component(.hour, from: at) < dayStartsAt
    let day = isNight ? calendar.date(byAdding: .day, value: -1, to: at) ?? at : at
    return String(text(day).prefix(10))
  }

  /// When the hours that cover `at` are over.
  static func end(of quiet: Hours, after at: Date) -> Date? {
    let until = quiet.until.split(separator: ":").compactMap { Int($0) }
    guard until.count == 3 else { return nil }
    let parts = DateComponents(hour: until[0], minute: until[1], second: until[2])
    return calendar.nextDate(after: at, matching: parts, matchingPolicy: .nextTime)
  }
}
