import Foundation
import ParleyDialogue
import Testing
@Test func `dump table`() throws { try RequestProtocol.table().write(toFile: "/tmp/dev/dialogue-scratch/table.md", atomically: true, encoding: .utf8) }
