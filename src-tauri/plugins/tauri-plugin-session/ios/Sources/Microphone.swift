// The facts about the microphone. iOS asks once in the app's life, with the words of
// NSMicrophoneUsageDescription, and ends an app that asks without them.

import AVFoundation

struct MicrophoneMessage: Encodable {
  struct Facts: Encodable {
    let system = "apple"
    let permission: String
  }

  let event = "microphone"
  let cause: String
  let facts: Facts
}

class Microphone {
  private let outbox: Outbox

  init(_ outbox: Outbox) {
    self.outbox = outbox
  }

  func ask() {
    let answered: (Bool) -> Void = { _ in
      DispatchQueue.main.async { self.report("answer") }
    }
    if #available(iOS 17.0, *) {
      AVAudioApplication.requestRecordPermission(completionHandler: answered)
    } else {
      AVAudioSession.sharedInstance().requestRecordPermission(answered)
    }
  }

  /// `cause` is `check`, `resume` or `answer`.
  func report(_ cause: String) {
    outbox.tell(MicrophoneMessage(cause: cause, facts: .init(permission: permission())))
  }

  private func permission() -> String {
    if #available(iOS 17.0, *) {
      switch AVAudioApplication.shared.recordPermission {
      case .granted: return "granted"
      case .denied: return "denied"
      default: return "undetermined"
      }
    }
    switch AVAudioSession.sharedInstance().recordPermission {
    case .granted: return "granted"
    case .denied: return "denied"
    default: return "undetermined"
    }
  }
}
