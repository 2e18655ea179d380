internal import Foundation
public import PIMCore
internal import PIMPlugin
internal import Synchronization

/// An event that a plugin published for control-socket clients.
public struct RecordedEvent: Sendable, Hashable {
    /// The stream, `<namespace>.event`.
    public var stream: String
    public var parameters: JSONValue

    public init(stream: String, parameters: JSONValue) {
        self.stream = stream
        self.parameters = parameters
    }
}

/// Keeps what plugins of one node publish.
final class EventRecorder: Sendable {
    private let recorded = Mutex<[RecordedEvent]>([])

    var events: [RecordedEvent] { recorded.withLock { $0 } }

    func sink(stream: String) -> any PluginEventSink { Sink(recorder: self, stream: stream) }

    private struct Sink: PluginEventSink {
        let recorder: EventRecorder
        let stream: String

        func publish(_ parameters: any Encodable & Sendable) {
            let event: RecordedEvent
            do {
                let text = try JSONEncoder().encode(parameters)
                event = RecordedEvent(stream: stream, parameters: try JSONDecoder().decode(JSONValue.self, from: text))
            } catch {
                event = RecordedEvent(stream: stream, parameters: .string("not encodable: \(error)"))
            }
            recorder.recorded.withLock { $0.append(event) }
        }
    }
}
