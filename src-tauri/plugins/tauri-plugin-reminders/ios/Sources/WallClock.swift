import Foundation

/// Civil times as text, and the moments they are where the phone is.
enum WallClock {
  /// The hour at which a practice day begins.
  private static let dayStartsAt = 4

  /// Gregorian whatever calendar the person has chosen: 2026 is 2026.
  private static var calendar: Calendar { Calendar(identifier: .gregorian) }

  /// "2026-11-24T19:00:00" as the system wants to be told. In the calendar the person has chosen,
  /// because it reads them in that one: where it is the year 2569, 2026 has long passed, and nothing
  /// would ever come (NativeScript/plugins#87). Without a zone: shown when the clock on the wall says
  /// so, wherever that wall is by then. Tauri's plugin reads a moment in UTC as one on the wall, and is
  /// wrong by the difference (tauri-apps/plugins-workspace#3256).
  static func parts(_ local: String) -> DateComponents? {
    guard let at = moment(local) else { return nil }
    let chosen = Calendar.current
    var named: Set<Calendar.Component> = [.year, .month, .day, .hour, .minute, .second]
    if chosen.identifier != .gregorian {
      // Japan counts its years from the last emperor.
      named.insert(.era)
    }
    return chosen.dateComponents(named, from: at)
  }

  static func moment(_ local: String) -> Date? {
    let numbers = local.split(whereSeparator: { "-T:".contains($0) }).compactMap { Int($0) }
    guard numbers.count == 6 else { return nil }
    let parts = DateComponents(
      year: numbers[0], month: numbers[1], day: numbers[2],
      hour: numbers[3], minute: numbers[4], second: numbers[5])
    return calendar.date(from: parts)
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
