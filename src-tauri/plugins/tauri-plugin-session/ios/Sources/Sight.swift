// In sight or not. The question for the microphone takes our focus, not our place on the screen.

import UIKit

class Sight {
  private let outbox: Outbox
  private var observers: [NSObjectProtocol] = []

  init(_ outbox: Outbox) {
    self.outbox = outbox
  }

  /// Calls `back` whenever the app is active again, also after a question of the system's.
  func watch(_ back: @escaping () -> Void) {
    guard observers.isEmpty else { return }
    let center = NotificationCenter.default
    observers = [
      center.addObserver(
        forName: UIApplication.didEnterBackgroundNotification, object: nil, queue: .main
      ) { [outbox] _ in outbox.tell("suspended") },
      center.addObserver(
        forName: UIApplication.didBecomeActiveNotification, object: nil, queue: .main
      ) { [outbox] _ in
        outbox.tell("resumed")
        back()
      },
    ]
  }
}
