"""Filters of the queue that somebody keeps, with and without script, in both languages."""

from browser import expect

NAMES = {"en": "Theirs, <b>cn</b>", "zh": "对方的请求"}


def kept_filters(place, worlds):
    """What is shown is kept under a name, opened beside the tabs, and removed."""
    here = worlds.two()
    for language, name in NAMES.items():
        for has_script in (True, False):
            us = here.officer("us", language, "officer", java_script_enabled=has_script)
            us.say("incident.report", **{"to": ["cn"], "text.en": "An incident."})
            keeps_and_removes(us, name)


def keeps_and_removes(us, name):
    us.go("desk?show=theirs&party=cn")
    expect(us.one(".tabs [data-is=filter]").count() == 0, "none is kept yet")
    keep(us, "x" * 41)
    us.sees("problem.filter-name-malformed")
    expect(us.one("#field-name").input_value() == "x" * 41, "what was typed is still there")
    expect("show=theirs" in us.page.url, f"and so is what is shown: {us.page.url}")
    us.one("#field-name").fill(name)
    us.press("main form[data-is=save] button")
    kept = us.one(".tabs [data-is=filter]")
    expect(kept.count() == 1 and kept.locator("bdi").inner_text() == name, "it is beside the tabs")
    expect(kept.get_attribute("aria-current") == "page", "it is what is shown")
    rows = us.one("table.queue tbody tr").count()
    expect(kept.locator(".count").inner_text() == str(rows), f"with its count, which is {rows}")
    us.go("desk")
    expect(us.one(".tabs [data-is=filter]").get_attribute("aria-current") is None, "not shown now")
    expect(us.one("main form[data-is=remove]").count() == 0, "nor to be removed from here")
    with us.page.expect_navigation():
        us.one(".tabs [data-is=filter]").click()
    expect("show=theirs" in us.page.url and "party=cn" in us.page.url, us.page.url)
    expect(us.one("#field-party").input_value() == "cn", "the fields say what is shown")
    us.press_word("queue.remove", name=name)
    expect(us.one(".tabs [data-is=filter]").count() == 0, "it is gone")
    expect("show=theirs" in us.page.url, f"what was shown still is: {us.page.url}")


def keep(us, name):
    us.one("main details:has(form[data-is=save]) summary").click()
    us.one("#field-name").fill(name)
    us.press("main form[data-is=save] button")


CASES = [kept_filters]
