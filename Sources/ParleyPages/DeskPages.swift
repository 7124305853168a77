/// Where officers work.
enum DeskPages {
    static var all: [Page] {
        [
            Page("desk", needs: ["queue.list"], show: QueuePage.show),
            Page("desk/threads", needs: ["thread.list"], show: QueuePage.showAll),
            Page(
                "desk/threads/{thread}", needs: ["thread.show"],
                forms: [.init("begin", "draft.add", ThreadPage.begin)], show: ThreadPage.show),
            Page(
                "desk/threads/{thread}/texts/{statement}", needs: ["thread.show", "body.show"],
                show: TextPage.show),
            Page(
                "desk/exhibits/{statement}", needs: ["thread.show"],
                forms: [.init("open", "command.run", ExhibitPage.open)], show: ExhibitPage.show),
            Page(
                "desk/hotline", needs: ["thread.list"],
                forms: [
                    .init("answer", "draft.add", AlarmPage.answer),
                    .init("call", "draft.add", AlarmPage.call),
                ], show: AlarmPage.show),
            Page("desk/search", needs: ["text.search"], show: SearchPage.show),
            Page("desk/health", needs: ["node.show"], show: HealthPage.show),
        ]
    }
}
