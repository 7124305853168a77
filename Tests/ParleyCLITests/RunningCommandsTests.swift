import ParleyService
import Testing

@testable import ParleyCLI

struct RunningCommandsTests {
    @Test func `so many commands go on at once, and fewer of one account`() {
        let running = RunningCommands()
        let names = ["ann", "bob", "eve"].map { AccountName($0)! }
        #expect(running.begin(names[0]) && running.begin(names[0]))
        #expect(!running.begin(names[0]), "a third of one account")
        #expect(running.begin(names[1]) && running.begin(names[1]))
        #expect(!running.begin(names[2]), "a fifth of all")
        running.end(names[0])
        #expect(running.begin(names[2]))
    }
}
