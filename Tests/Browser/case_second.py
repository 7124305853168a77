"""Four eyes: what a second person approves, or gives back with a note."""

from browser import expect


def second_person(place, worlds):
    """Returned with a note, changed, approved by another account, and only then signed."""
    here = worlds.two()
    for language in ("en", "zh"):
        writer = here.officer("us", language, "case-officer")
        approver = here.officer("us", language, "approver")
        draft = writer.begin("allegation.make")
        writer.fill("to", ["cn"])
        for part, value in (("level", "machine"), ("confidence", "high"), ("likelihood", "likely")):
            writer.fill(f"term.claims.0.{part}", value)
        writer.fill("text.en", "An intrusion.")
        writer.look()
        writer.sees("approval.needed")
        expect(not writer.one("form[data-is=send]").count(), "it cannot be signed yet")
        expect(not writer.one("form[data-is=review]").count(), "nor approved by its writer")
        review(approver, draft, "returned", "Say when it was seen.")
        approver.sees("approval.refused", account="approver")
        writer.go(f"desk/drafts/{draft}")
        writer.sees("draft.returned-by", account="approver")
        writer.sees_text("Say when it was seen.")
        writer.fill("text.en", "An intrusion, seen on 3 November.")
        writer.look()
        review(approver, draft, "approved")
        approver.sees("approval.given", account="approver")
        expect(not approver.one("form[data-is=send]").count(), "who approves does not sign")
        writer.go(f"desk/drafts/{draft}/leaves")
        writer.sees("approval.given", account="approver")
        thread = writer.send()
        reader = here.officer("cn", language, "officer")
        reader.waits(thread, 1)
        reader.sees_text("An intrusion, seen on 3 November.")


def review(approver, draft, verdict, note=""):
    approver.go("desk/drafts")
    approver.one(f'main a[href$="{draft}"]').click()
    approver.go(f"desk/drafts/{draft}/leaves")
    approver.fill("note", note)
    approver.press(f'button[name=verdict][value="{verdict}"]')


CASES = [second_person]
