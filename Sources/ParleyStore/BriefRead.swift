import GRDB

extension DatabasePool {
    /// Reads a few rows by an index, on the thread that asks.
    ///
    /// Such a read is done in some tens of microseconds, and to hand it to another thread and back
    /// takes several times as long. What may read many rows, or wait for the disk, goes the other
    /// way: it would hold up whatever else that thread has to do.
    func readBriefly<Value>(_ work: (Database) throws -> Value) throws -> Value {
        try read(work)
    }
}
