import PIMCore

/// Work to do at points of virtual time: the earliest first, work of one instant in the order it was added. A binary heap.
struct EventQueue {
    private struct Event {
        var time: MonotonicTime
        var number: UInt64
        var work: () -> Void

        func precedes(_ other: Event) -> Bool {
            time == other.time ? number < other.number : time < other.time
        }
    }

    private var heap: [Event] = []
    private var lastNumber: UInt64 = 0

    var nextTime: MonotonicTime? { heap.first?.time }

    mutating func add(at time: MonotonicTime, _ work: @escaping () -> Void) {
        lastNumber += 1
        heap.append(Event(time: time, number: lastNumber, work: work))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the earliest work out.
    mutating func takeNext() -> (time: MonotonicTime, work: () -> Void)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.time, first.work)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { return }
            let right = left + 1
            let child = right < heap.count && heap[right].precedes(heap[left]) ? right : left
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
