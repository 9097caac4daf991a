// What plays, and its buttons, on the lock screen and in Control Centre.

import MediaPlayer

struct ButtonMessage: Encodable {
  let event = "button"
  let button: String
}

class Controls {
  private let outbox: Outbox
  private var isPaused = false
  private var hasTargets = false

  init(_ outbox: Outbox) {
    self.outbox = outbox
  }

  /// `nil`: nothing plays, and nothing is shown.
  func show(_ name: String?, paused: Bool) {
    isPaused = paused
    let center = MPRemoteCommandCenter.shared()
    if name != nil && !hasTargets {
      hasTargets = true
      listen(to: center)
    }
    for command in [
      center.playCommand, center.pauseCommand, center.togglePlayPauseCommand, center.stopCommand,
    ] {
      command.isEnabled = name != nil
    }
    MPNowPlayingInfoCenter.default().nowPlayingInfo = name.map {
      [
        MPMediaItemPropertyTitle: $0,
        MPNowPlayingInfoPropertyPlaybackRate: paused ? 0.0 : 1.0,
      ] as [String: Any]
    }
  }

  private func listen(to center: MPRemoteCommandCenter) {
    center.playCommand.addTarget { [weak self] _ in self?.press("resume") ?? .commandFailed }
    center.pauseCommand.addTarget { [weak self] _ in self?.press("pause") ?? .commandFailed }
    center.stopCommand.addTarget { [weak self] _ in self?.press("stop") ?? .commandFailed }
    center.togglePlayPauseCommand.addTarget { [weak self] _ in
      guard let self = self else { return .commandFailed }
      return self.press(self.isPaused ? "resume" : "pause")
    }
  }

  private func press(_ button: String) -> MPRemoteCommandHandlerStatus {
    DispatchQueue.main.async { self.outbox.tell(ButtonMessage(button: button)) }
    return .success
  }
}
