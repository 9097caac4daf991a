// What happens to the sound from outside: interruptions, and another way out.

import AVFoundation

struct FocusMessage: Encodable {
  let event = "focus"
  let turn: UInt32
  let change: String
}

struct RoutesMessage: Encodable {
  struct Output: Encodable {
    let type: String
    let name: String
  }

  let event = "routes"
  let outputs: [Output]
}

class Sound {
  /// The app's present wish for the loudspeaker.
  var turn: UInt32 = 0

  private let outbox: Outbox
  private var observers: [NSObjectProtocol] = []

  /// What is listened through and can be pulled out or switched off.
  private let worn: Set<AVAudioSession.Port> = [
    .headphones, .bluetoothA2DP, .bluetoothHFP, .bluetoothLE, .usbAudio,
  ]

  init(_ outbox: Outbox) {
    self.outbox = outbox
  }

  func watch() {
    guard observers.isEmpty else { return }
    let center = NotificationCenter.default
    let session = AVAudioSession.sharedInstance()
    observers = [
      center.addObserver(
        forName: AVAudioSession.interruptionNotification, object: session, queue: .main
      ) { [weak self] in self?.interrupted($0) },
      center.addObserver(
        forName: AVAudioSession.routeChangeNotification, object: session, queue: .main
      ) { [weak self] in self?.rerouted($0) },
    ]
  }

  func reportRoutes() {
    let outputs = AVAudioSession.sharedInstance().currentRoute.outputs.map {
      RoutesMessage.Output(type: $0.portType.rawValue, name: $0.portName)
    }
    outbox.tell(RoutesMessage(outputs: outputs))
  }

  private func interrupted(_ notification: Notification) {
    guard
      let raw = notification.userInfo?[AVAudioSessionInterruptionTypeKey] as? UInt,
      let type = AVAudioSession.InterruptionType(rawValue: raw)
    else { return }
    // Whether iOS thinks that we should go on does not matter: the person decides.
    let change = type == .began ? "transient" : "gain"
    outbox.tell(FocusMessage(turn: turn, change: change))
  }

  private func rerouted(_ notification: Notification) {
    let info = notification.userInfo
    let raw = info?[AVAudioSessionRouteChangeReasonKey] as? UInt
    let reason = raw.flatMap { AVAudioSession.RouteChangeReason(rawValue: $0) }
    let before = info?[AVAudioSessionRouteChangePreviousRouteKey] as? AVAudioSessionRouteDescription
    let wasWorn = before?.outputs.contains { worn.contains($0.portType) } == true
    if reason == .oldDeviceUnavailable && wasWorn {
      outbox.tell("noisy")
    }
    reportRoutes()
  }
}
