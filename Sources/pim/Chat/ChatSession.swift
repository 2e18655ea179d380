import PIMClient
import PIMCore
import PIMRPC

/// `pim messages chat` from the first line to the last.
struct ChatSession {
    private enum Event: Sendable {
        case terminal(TerminalEvent)
        /// A line of a pipe; `nil` at its end.
        case line(String?)
        case update(ControlSession.Update)
    }

    private let session: ControlSession
    private let socket: String
    let view: ChatView
    let style: Style
    let historyCount: Int
    private var model: ChatModel
    private var editor = LineEditor()
    private var keys = KeyParser()
    private var isConnected = false
    private var isFirst = true

    init(socket: String, model: ChatModel, style: Style, historyCount: Int, isInteractive: Bool) {
        self.socket = socket
        session = ControlSession(path: socket, name: Pim.clientName)
        self.model = model
        self.style = style
        self.historyCount = historyCount
        view = ChatView(isInteractive: isInteractive)
    }

    mutating func run() async throws {
        let (events, sink) = AsyncStream.makeStream(of: Event.self)
        let terminal = view.isInteractive ? try Terminal(fullScreen: false) : nil
        let happenings = terminal.map { _ in TerminalEvents { sink.yield(.terminal($0)) } }
        terminal?.enter()
        if terminal == nil { ChatInput.readLines { sink.yield(.line($0)) } }
        let session = session
        let keeping = Task { await session.run() }
        let listening = Task { for await update in session.updates { sink.yield(.update(update)) } }
        // Lines that came before the daemon was there.
        var early: [String?] = []
        defer {
            keeping.cancel()
            listening.cancel()
            view.end()
            happenings?.stop()
            terminal?.leave()
        }
        for await event in events {
            switch event {
            case .terminal(let event):
                guard try await take(event, terminal) else { return }
            case .line(let line):
                guard isConnected else {
                    early.append(line)
                    continue
                }
                guard let line, try await submit(line) else { return }
            case .update(let update):
                try await take(update)
                while isConnected, !early.isEmpty {
                    guard let line = early.removeFirst(), try await submit(line) else { return }
                }
            }
        }
    }

    /// - Returns: Whether to go on.
    private mutating func take(_ event: TerminalEvent, _ terminal: Terminal?) async throws -> Bool {
        switch event {
        case .bytes(let bytes):
            for key in keys.take(bytes) {
                switch editor.press(key) {
                case .edited: continue
                case .ended: return false
                case .submitted(let line): guard try await submit(line) else { return false }
                }
            }
        case .resized: break
        case .suspended:
            view.end()
            terminal?.suspend()
        case .ended: return false
        }
        view.redraw(editor)
        return true
    }

    private mutating func take(_ update: ControlSession.Update) async throws {
        switch update {
        case .connected:
            isConnected = true
            do {
                try await greet()
            } catch is ControlClientError {
                // The connection was a short one; that it is gone is the next update.
            }
        case .event(let event) where event.belongs(to: .messages): await take(event)
        case .event: break
        case .disconnected(let reason):
            // Lines of a pipe do not wait for ever.
            guard view.isInteractive else { throw ControlClientError(.closed, path: socket, reason) }
            if isConnected {
                view.print([style("\(reason); waiting for it to come back", .yellow)], around: editor)
            }
            isConnected = false
        }
    }

    private mutating func take(_ event: ControlEvent) async {
        if let notice: LaggedNotice = try? event.decode(), notice.kind == LaggedNotice.kind {
            return view.print(model.take(.resync), around: editor)
        }
        guard let event: MessageEvent = try? event.decode() else { return }
        let lines = model.take(event)
        if !lines.isEmpty { view.print(lines, around: editor) }
        if case .received(let message, in: _) = event, message.peerNodeID == model.peer { await markRead(message) }
    }

    private mutating func greet() async throws {
        // Into a pipe goes what is new.
        guard view.isInteractive else { return }
        let parameters = MessageHistoryParameters(peer: model.peer, limit: historyCount)
        let page = try await session.call(RPC.messageHistory, parameters)
        var lines = model.history(page)
        if isFirst {
            lines.append(style("— chat with \(Printable.line(model.name)); /help explains, /quit leaves —", .dim))
        }
        isFirst = false
        view.print(lines, around: editor)
        if let newest = page.messages.first(where: { $0.direction == .received }) { await markRead(newest) }
    }

    /// What somebody looks at is read.
    private func markRead(_ message: MessageRecord) async {
        guard view.isInteractive else { return }
        let parameters = MarkReadParameters(peer: model.peer, upToMilliseconds: message.timestampMilliseconds)
        _ = try? await session.call(RPC.markRead, parameters)
    }

    /// - Returns: Whether to go on.
    private mutating func submit(_ line: String) async throws -> Bool {
        switch ChatCommandLine(line) {
        case .nothing: break
        case .quit: return false
        case .help: view.print([style(ChatCommandLine.helpText, .dim)], around: editor)
        case .unknown(let line):
            view.print([style("no such command: \(Printable.line(line)); /help explains", .yellow)], around: editor)
        case .say(let text): try await say(text)
        }
        return true
    }

    private mutating func say(_ text: String) async throws {
        do {
            let result = try await session.call(RPC.sendMessage, SendMessageParameters(peer: model.peer, body: text))
            view.print(model.sent(result, body: text), around: editor)
        } catch {
            // Into a pipe's void nothing is lost silently.
            guard view.isInteractive else { throw error }
            view.print([style("not sent: \(Complaint(error).message)", .red)], around: editor)
        }
    }
}
