// The system around a practice session, reported to Rust and obeyed for it. Nothing is concluded
// here: what facts mean, and what follows, is decided in the crate this folder belongs to.
//
// Commands arrive on a queue of Tauri's and go on to the main thread. Each answers at once. The
// audio session itself belongs to whoever plays: here it is only listened to.

import Tauri
import UIKit

struct AttachArgs: Decodable {
  let channel: Channel
}

struct HoldArgs: Decodable {
  /// The screen stays on.
  let awake: Bool
  /// Sound goes on with the screen off, under this name.
  let playing: String?
  let paused: Bool
  /// The number of the app's present wish for the loudspeaker. iOS has no such thing; it is
  /// repeated in what we say about interruptions.
  let focus: UInt32
}

struct SettingsArgs: Decodable {
  let page: String
}

class SessionPlugin: Plugin {
  private let outbox = Outbox()
  private lazy var sight = Sight(outbox)
  private lazy var microphone = Microphone(outbox)
  private lazy var sound = Sound(outbox)
  private lazy var controls = Controls(outbox)
  private lazy var tap = UIImpactFeedbackGenerator(style: .light)

  @objc public func attach(_ invoke: Invoke) throws {
    let args = try invoke.parseArgs(AttachArgs.self)
    DispatchQueue.main.async {
      self.outbox.open(args.channel)
      self.sight.watch { self.microphone.report("resume") }
      self.sound.watch()
      self.microphone.report("check")
      self.sound.reportRoutes()
    }
    invoke.resolve()
  }

  @objc public func ask(_ invoke: Invoke) {
    DispatchQueue.main.async { self.microphone.ask() }
    invoke.resolve()
  }

  @objc public func hold(_ invoke: Invoke) throws {
    let args = try invoke.parseArgs(HoldArgs.self)
    DispatchQueue.main.async {
      UIApplication.shared.isIdleTimerDisabled = args.awake
      self.sound.turn = args.focus
      self.controls.show(args.playing, paused: args.paused)
    }
    invoke.resolve()
  }

  @objc public func beat(_ invoke: Invoke) {
    DispatchQueue.main.async { self.tap.impactOccurred() }
    invoke.resolve()
  }

  @objc public func settings(_ invoke: Invoke) throws {
    let args = try invoke.parseArgs(SettingsArgs.self)
    DispatchQueue.main.async {
      let page =
        args.page == "notifications"
        ? UIApplication.openNotificationSettingsURLString : UIApplication.openSettingsURLString
      if let url = URL(string: page) {
        UIApplication.shared.open(url)
      }
    }
    invoke.resolve()
  }
}

@_cdecl("init_plugin_session")
public func initPlugin() -> Plugin {
  return SessionPlugin()
}
