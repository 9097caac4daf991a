import Foundation

/// One reminder, as Rust words it; see `src/messages.rs`.
struct Reminder: Codable, Equatable {
  var id: Int
  var day: String?
  /// By the wall clock of wherever the phone is; nil is at once, or for one that is tried.
  var local: String?
  var title: String
  var body: String
  var text: String
  var canWait: Bool

  /// Once more the same day, because the person asked for it.
  var isAgain: Bool { id % 10 == 1 }
}

/// Hours in which nothing is shown; over midnight if `until` is the earlier one.
struct Hours: Codable, Equatable {
  var from: String
  var until: String

  /// Times of one form sort as text. Equal ends are no hours at all.
  func covers(_ time: String) -> Bool {
    from <= until ? from <= time && time < until : time >= from || time < until
  }
}

struct Words: Codable, Equatable {
  var name: String
  var twoMinutes: String
  var later: String
  var notToday: String
}

/// Something the app was not there to see; handed to it once.
struct Happened: Codable {
  var id: Int
  /// Milliseconds since 1970.
  var at: Int64
  var what: String
  var text: String

  static func now(_ id: Int, _ what: String, at: Date = Date(), text: String = "") -> Happened {
    Happened(id: id, at: Int64(at.timeIntervalSince1970 * 1000), what: what, text: text)
  }
}

/// What is remembered while the app is closed. Nothing about how anybody is.
struct Notebook: Codable {
  var words = Words(name: "", twoMinutes: "", later: "", notToday: "")
  var quiet: Hours?
  /// Handed to the system, which shows them by itself.
  var armed: [Reminder] = []
  /// Handed to the system as well, to be tried, apart from the plan.
  var rehearsal: Reminder?
  /// Shown, and not answered.
  var onScreen: [Reminder] = []
  var news: [Happened] = []

  private static let mostNews = 120

  /// Beside the app's own data, and in no backup: that somebody makes music at seven is nobody else's
  /// business, and another phone is armed by the app itself.
  private static var file: URL? {
    let folder = try? FileManager.default.url(
      for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
    return folder?.appendingPathComponent("reminders.json")
  }

  static func open() -> Notebook {
    guard let file = file, let kept = try? Data(contentsOf: file),
      let book = try? JSONDecoder().decode(Notebook.self, from: kept)
    else {
      // Nothing yet, or another version's. The app arms everything again when it starts.
      return Notebook()
    }
    return book
  }

  func close() {
    guard var file = Notebook.file, let text = try? JSONEncoder().encode(self) else { return }
    // There whole, or not at all. A button on a locked screen is answered too, so it opens once the
    // phone was unlocked after it was switched on.
    try? text.write(to: file, options: [.atomic, .completeFileProtectionUntilFirstUserAuthentication])
    var apart = URLResourceValues()
    apart.isExcludedFromBackup = true
    try? file.setResourceValues(apart)
  }

  mutating func tell(_ one: Happened) {
    news.append(one)
    if news.count > Notebook.mostNews {
      news.removeFirst()
    }
  }
}
