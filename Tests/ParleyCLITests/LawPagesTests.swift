import Foundation
import ParleyLaw
import Testing

@testable import ParleyCLI

struct LawPagesTests {
    @Test func `the pages in Docs are what the command writes`() throws {
        let data = try ShippedLaw.data()
        let day = try #require(LawPages.newestDay(of: data))
        let pages = try #require(LawPages(data: data, on: day)).pages()
        #expect(pages.count < 60)
        let folder = repository.appending(path: "Docs/law")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path())
        #expect(names.sorted() == pages.map(\.name).sorted(), "write them: parley law pages")
        for page in pages {
            let text = try String(contentsOf: folder.appending(path: page.name), encoding: .utf8)
            #expect(text == page.text, "\(page.name): parley law pages --out Docs/law")
        }
    }

    @Test func `there is a page for the two whose agreement this is`() throws {
        let data = try ShippedLaw.data()
        let day = try #require(LawPages.newestDay(of: data))
        let pages = try #require(LawPages(data: data, on: day)).pages()
        let page = try #require(pages.first { $0.name == "pair-us-cn.md" })
        #expect(page.lines.first == "# United States and China")
        #expect(page.text.contains("## What CN may ask of US"))
        for instrument in data.instruments {
            #expect(pages.contains { $0.name == "\(instrument.id).md" }, "\(instrument.id)")
        }
    }
}
