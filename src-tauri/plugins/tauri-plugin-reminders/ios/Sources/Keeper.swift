import Foundation
import UserNotifications

/// What an iPhone does about reminders. The system keeps the time: each reminder is a one-shot by the
/// wall clock, which outlives the app, a restart and a flight. What is left to do here is to note
/// what was answered, and to find out what was shown.
///
/// All of it happens on one queue, so the file is read and written by one at a time. Replies to a
/// notification come in on the main thread and wait for it, which takes no longer than a small file.
final class Keeper: NSObject, UNUserNotificationCenterDelegate {
  /// Rust may want to ask for news.
  var tell: () -> Void = {}

  private let center = UNUserNotificationCenter.current()
  private let queue = DispatchQueue(label: "app.undersong.reminders")

  private static let waits = "app.undersong.reminders.waits"
  private static let doesNotWait = "app.undersong.reminders"

  // MARK: what Rust says

  func use(_ words: Words) {
    queue.sync {
      var book = Notebook.open()
      book.words = words
      book.close()
    }
    let twoMinutes = UNNotificationAction(
      identifier: "two-minutes", title: words.twoMinutes, options: [.foreground])
    let later = UNNotificationAction(identifier: "later", title: words.later, options: [])
    let notToday = UNNotificationAction(identifier: "not-today", title: words.notToday, options: [])
    center.setNotificationCategories([
      category(Keeper.waits, [twoMinutes, later, notToday], words),
      category(Keeper.doesNotWait, [twoMinutes, notToday], words),
    ])
  }

  /// From now on exactly these are armed.
  func keep(_ wanted: [Reminder], _ quiet: Hours?, done: @escaping () -> Void) {
    look { book, adding in
      let asked = book.armed.filter { one in
        // The app has not heard yet that a person asked for this one.
        one.isAgain && !wanted.contains { $0.id == one.id }
          && book.news.contains { $0.id == one.id - 1 && $0.what == "later" }
      }
      let all = wanted + asked
      let gone = book.armed.filter { one in !all.contains { $0.id == one.id } }
      let new = all.filter { one in !book.armed.contains(one) }
      book.quiet = quiet
      book.armed = all
      self.center.removePendingNotificationRequests(withIdentifiers: gone.map { String($0.id) })
      for one in new {
        self.arm(one, adding)
      }
    } then: {
      done()
    }
  }

  /// Shows it now, unless the system has shown that day's by itself. The app knows, and is not told.
  func show(_ one: Reminder, done: @escaping () -> Void) {
    look { book, adding in
      let wasShown = one.day != nil && book.onScreen.contains { $0.id == one.id }
      if !wasShown {
        book.armed.removeAll { $0.id == one.id }
        book.onScreen.append(one)
        // The same name takes the place of the one that waits for its time.
        self.center.removePendingNotificationRequests(withIdentifiers: [String(one.id)])
        self.add(self.request(one, nil), adding)
      }
    } then: {
      done()
    }
  }

  /// Tries this one, `after` seconds from now, by the system's own timer like those that are armed,
  /// and apart from them: no plan counts it or takes it away, and it is no day's.
  func rehearse(_ one: Reminder, after: TimeInterval, done: @escaping () -> Void) {
    look { book, adding in
      book.rehearsal = one
      book.onScreen.removeAll { $0.id == one.id }
      // One that takes another's place on the screen would make no sound.
      self.center.removeDeliveredNotifications(withIdentifiers: [String(one.id)])
      let trigger = UNTimeIntervalNotificationTrigger(timeInterval: after, repeats: false)
      self.add(self.request(one, trigger), adding)
    } then: {
      done()
    }
  }

  func withdraw(_ id: Int) {
    queue.sync {
      var book = Notebook.open()
      book.onScreen.removeAll { $0.id == id }
      book.close()
    }
    center.removeDeliveredNotifications(withIdentifiers: [String(id)])
  }

  /// Everything that happened since the last call.
  func news(done: @escaping ([Happened]) -> Void) {
    var news: [Happened] = []
    look { book, _ in
      news = book.news
      book.news = []
    } then: {
      done(news)
    }
  }

  // MARK: what the system says

  /// Somebody answered, perhaps before anything of the app but this was there.
  func userNotificationCenter(
    _ center: UNUserNotificationCenter, didReceive response: UNNotificationResponse,
    withCompletionHandler done: @escaping () -> Void
  ) {
    let request = response.notification.request
    let date = response.notification.date
    let adding = DispatchGroup()
    queue.sync {
      guard let id = Int(request.identifier), let said = meaning(of: response.actionIdentifier)
      else {
        return
      }
      var book = Notebook.open()
      // The system tells of this one before it can be asked about all of them.
      if let fired = book.armed.first(where: { $0.id == id }) {
        book.armed.removeAll { $0.id == id }
        shown(&book, fired, at: date)
      } else if let fired = book.rehearsal, fired.id == id {
        book.rehearsal = nil
        shown(&book, fired, at: date)
      }
      if let one = book.onScreen.first(where: { $0.id == id }) {
        book.onScreen.removeAll { $0.id == id }
        book.tell(.now(id, said))
        if said == "later", let again = inAnHour(one, book.quiet) {
          book.armed.removeAll { $0.id == again.id }
          book.armed.append(again)
          arm(again, adding)
        }
      }
      book.close()
    }
    adding.notify(queue: queue) {
      self.tell()
      done()
    }
  }

  /// The app is in front. Its card on Today says the same, so this makes no noise; one that is only
  /// tried has to be seen.
  func userNotificationCenter(
    _ center: UNUserNotificationCenter, willPresent notification: UNNotification,
    withCompletionHandler done: @escaping (UNNotificationPresentationOptions) -> Void
  ) {
    let isTrial = notification.request.identifier == "1"
    done(isTrial ? [.banner, .list, .sound] : [.list])
    tell()
  }

  // MARK: steps

  /// Brings the notebook up to date, lets `change` write in it, and goes on when the system has taken
  /// everything that was added: one that it has not taken yet would look like one that was shown.
  private func look(
    _ change: @escaping (inout Notebook, DispatchGroup) -> Void, then done: @escaping () -> Void
  ) {
    center.getNotificationSettings { settings in
      let isDenied =
        settings.authorizationStatus == .denied || settings.authorizationStatus == .notDetermined
      self.center.getPendingNotificationRequests { pending in
        self.queue.async {
          let adding = DispatchGroup()
          var book = Notebook.open()
          self.settle(&book, pending, isDenied)
          change(&book, adding)
          book.close()
          adding.notify(queue: self.queue, execute: done)
        }
      }
    }
  }

  /// What was armed and no longer waits has been shown, if anything may be: the system drops a
  /// one-shot when it comes, and nobody else takes one away. Zones do not enter into it.
  private func settle(
    _ book: inout Notebook, _ pending: [UNNotificationRequest], _ isDenied: Bool
  ) {
    let waiting = Set(pending.map { $0.identifier })
    let fired = book.armed.filter { !waiting.contains(String($0.id)) }
    book.armed.removeAll { one in fired.contains(one) }
    for one in fired.sorted(by: { $0.id < $1.id }) where !isDenied {
      let meant = one.local.flatMap(WallClock.moment) ?? Date()
      shown(&book, one, at: min(meant, Date()))
    }
    if let tried = book.rehearsal, !waiting.contains(String(tried.id)) {
      book.rehearsal = nil
      if !isDenied {
        shown(&book, tried, at: Date())
      }
    }
  }

  private func shown(_ book: inout Notebook, _ one: Reminder, at: Date) {
    book.tell(.now(one.id, "shown", at: at, text: one.text))
    book.onScreen.append(one)
    // More than a month of them nobody answers any more.
    book.onScreen = Array(book.onScreen.suffix(30))
  }

  private func arm(_ one: Reminder, _ adding: DispatchGroup) {
    guard let parts = one.local.flatMap(WallClock.parts) else { return }
    let trigger = UNCalendarNotificationTrigger(dateMatching: parts, repeats: false)
    add(request(one, trigger), adding)
  }

  private func add(_ request: UNNotificationRequest, _ adding: DispatchGroup) {
    adding.enter()
    center.add(request) { _ in adding.leave() }
  }

  private func request(_ one: Reminder, _ trigger: UNNotificationTrigger?) -> UNNotificationRequest {
    let content = UNMutableNotificationContent()
    content.title = one.title
    content.body = one.body
    content.sound = .default
    // One that is only tried has no day to begin, to put off or to leave: it has no buttons.
    if one.day != nil {
      content.categoryIdentifier = one.canWait ? Keeper.waits : Keeper.doesNotWait
    }
    return UNNotificationRequest(identifier: String(one.id), content: content, trigger: trigger)
  }

  private func category(_ name: String, _ actions: [UNNotificationAction], _ words: Words)
    -> UNNotificationCategory
  {
    // Where the person hides previews, a locked screen says the app's name and nothing else.
    UNNotificationCategory(
      identifier: name, actions: actions, intentIdentifiers: [],
      hiddenPreviewsBodyPlaceholder: words.name, options: [])
  }

  private func meaning(of action: String) -> String? {
    switch action {
    case UNNotificationDefaultActionIdentifier: return "open"
    case "two-minutes", "later", "not-today": return action
    // Swiped away, which says nothing.
    default: return nil
    }
  }

  /// Once more in an hour, after quiet hours; nil if the day is over by then, or it is only a try.
  private func inAnHour(_ one: Reminder, _ quiet: Hours?) -> Reminder? {
    guard let day = one.day, one.canWait else { return nil }
    var at = Date().addingTimeInterval(3600)
    if let quiet = quiet, quiet.covers(WallClock.time(at)) {
      guard let over = WallClock.end(of: quiet, after: at) else { return nil }
      at = over
    }
    guard WallClock.practiceDay(at) == day else { return nil }
    var again = one
    again.id = one.id - one.id % 10 + 1
    again.local = WallClock.text(at)
    again.canWait = false
    return again
  }
}
