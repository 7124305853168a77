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
            Page("desk/search", needs: ["text.search"], show: SearchPage.show),
            Page("desk/health", needs: ["node.show"], show: HealthPage.show),
        ]
    }
}
