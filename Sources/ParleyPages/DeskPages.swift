/// Where officers work.
enum DeskPages {
    static var all: [Page] {
        [
            // For whoever reads the record the queue; others come to what is theirs.
            Page(
                "desk", needs: ["session.show"],
                forms: [
                    .init("save", "filter.add", QueueShown.save),
                    .init("remove", "filter.remove", QueueShown.remove),
                ]
            ) { request in
                if request.sheet.may("queue.list") { return try await QueuePage.show(request) }
                let own = request.sheet.may("filing.list") ? "company" : "account"
                return .redirect(
                    Address("desk", request.sheet.may("node.show") ? "start" : own))
            },
            Page("desk/start", needs: ["node.show"], show: StartPage.show),
            Page("desk/kinds/{kind}", needs: ["thread.list"], show: RegisterPage.show),
            Page("desk/threads", needs: ["thread.list"], show: QueuePage.showAll),
            Page(
                "desk/threads/{thread}", needs: ["thread.show"],
                forms: [.init("begin", "draft.add", ThreadPage.begin)], show: ThreadPage.show),
            Page(
                "desk/threads/{thread}/texts/{statement}", needs: ["thread.show", "body.show"],
                show: TextPage.show),
            Page(
                "desk/threads/{thread}/proof", needs: ["thread.show", "command.run"],
                forms: [.init("write", "command.run", ProofPage.write)], show: ProofPage.show),
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
            Page("desk/parties", needs: ["node.show", "command.run"], show: PartiesPage.show),
        ]
    }
}
