// What is said to Rust: small JSON objects, through one channel, in their order.

import Foundation
import Tauri

/// Main thread only.
class Outbox {
  private var channel: Channel?

  func open(_ channel: Channel) {
    self.channel = channel
  }

  /// Before Rust listens there is nothing to tell: it asks for the state of things first.
  func tell<Message: Encodable>(_ message: Message) {
    do {
      try channel?.send(message)
    } catch {
      NSLog("session: a message was lost: \(error)")
    }
  }

  func tell(_ event: String) {
    tell(["event": event])
  }
}
