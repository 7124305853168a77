import HummingbirdCore

/// Takes so many connections at once, and has them counted.
struct CountedConnections: AvailableConnectionsDelegate {
    let listener: String
    let most: Int
    let meters: Meters?
    private var count = 0

    init(_ listener: String, most: Int, meters: Meters?) {
        self.listener = listener
        self.most = most
        self.meters = meters
    }

    mutating func connectionOpened() {
        count += 1
        meters?.connection(listener, opened: true)
    }

    mutating func connectionClosed() {
        count -= 1
        meters?.connection(listener, opened: false)
    }

    func isAcceptingNewConnections() -> Bool { count < most }
}
