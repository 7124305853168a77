package import ParleyDialogue

/// Everything that was taken from a thread, for telling two from each other; nothing of none.
package func facts(_ thread: ReportedThread?) -> [AnyHashable] {
    guard let thread else { return [] }
    return Mirror(reflecting: thread).children.map { child in
        guard let fact = child.value as? AnyHashable else {
            preconditionFailure("\(child.label ?? "") can be compared")
        }
        return fact
    }
}
