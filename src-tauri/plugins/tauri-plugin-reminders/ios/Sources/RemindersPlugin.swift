import Foundation
import SwiftRs
import Tauri
import UIKit
import UserNotifications

struct ListenArgs: Decodable {
  let words: Words
  let ear: Channel
}

struct KeepArgs: Decodable {
  let reminders: [Reminder]
  let quiet: Hours?
}

struct ShowArgs: Decodable {
  let reminder: Reminder
}

struct RehearseArgs: Decodable {
  let reminder: Reminder
  let afterMs: Double
}

struct WithdrawArgs: Decodable {
  let id: Int
}

struct News: Encodable {
  let permission: String
  let happened: [Happened]
}

/// What Rust says to the phone; see `src/messages.rs`.
class RemindersPlugin: Plugin {
  private let keeper = Keeper()

  override init() {
    super.init()
    // Before the app has launched: the system hands over the answer that started it only to somebody
    // who is there by then. Tauri's plugin loses it (tauri-apps/plugins-workspace#3534).
    UNUserNotificationCenter.current().delegate = keeper
    // Somebody comes back, perhaps from the settings.
    NotificationCenter.default.addObserver(
      forName: UIApplication.didBecomeActiveNotification, object: nil, queue: nil
    ) { [weak self] _ in self?.keeper.tell() }
  }

  @objc public func listen(_ invoke: Invoke) throws {
    let args = try invoke.parseArgs(ListenArgs.self)
    keeper.use(args.words)
    let nothing: JsonObject = [:]
    keeper.tell = { args.ear.send(nothing) }
    invoke.resolve()
  }

  @objc public func keep(_ invoke: Invoke) throws {
    let args = try invoke.parseArgs(KeepArgs.self)
    keeper.keep(args.reminders, args.quiet) { invoke.resolve() }
  }

  @objc public func show(_ invoke: Invoke) throws {
    let args = try invoke.parseArgs(ShowArgs.self)
    keeper.show(args.reminder) { invoke.resolve() }
  }

  @objc public func rehearse(_ invoke: Invoke) throws {
    let args = try invoke.parseArgs(RehearseArgs.self)
    keeper.rehearse(args.reminder, after: args.afterMs / 1000) { invoke.resolve() }
  }

  @objc public func withdraw(_ invoke: Invoke) throws {
    let args = try invoke.parseArgs(WithdrawArgs.self)
    keeper.withdraw(args.id)
    invoke.resolve()
  }

  @objc public func ask(_ invoke: Invoke) {
    UNUserNotificationCenter.current().requestAuthorization(options: [.alert, .sound]) { _, _ in
      invoke.resolve()
      self.keeper.tell()
    }
  }

  @objc public func news(_ invoke: Invoke) {
    UNUserNotificationCenter.current().getNotificationSettings { settings in
      let permission = self.permission(settings.authorizationStatus)
      self.keeper.news { happened in
        invoke.resolve(News(permission: permission, happened: happened))
      }
    }
  }

  private func permission(_ status: UNAuthorizationStatus) -> String {
    switch status {
    case .notDetermined: return "prompt"
    // Provisional ones arrive quietly, and that is still arriving.
    case .authorized, .provisional, .ephemeral: return "granted"
    case .denied: return "denied"
    @unknown default: return "denied"
    }
  }
}

@_cdecl("init_plugin_reminders")
func initPlugin() -> Plugin {
  return RemindersPlugin()
}
