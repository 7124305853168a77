"""Without a mouse, and without script."""

from browser import expect, until


def keyboard_alone(place, worlds):
    """Everything on the way from the queue to what leaves is reached and seen by keys."""
    here = worlds.two()
    us = here.officer("us", "en", "case-officer")
    threads = [
        us.say("incident.report", **{"to": ["cn"], "text.en": f"Incident {number}."})
        for number in (1, 2)]
    us.go("desk/threads")
    keys = us.page.keyboard
    # The first key leads past the navigation.
    keys.press("Tab")
    expect(focused(us)["text"] == us.words("frame.skip"), "the skip link comes first")
    expect(focused(us)["outline"] != "none" and focused(us)["left"] >= 0, "and is seen")
    keys.press("Enter")
    expect(us.page.evaluate("document.activeElement.id") == "main", "it leads to the content")
    keys.press("j")
    first = focused(us)
    keys.press("j")
    second = focused(us)
    keys.press("k")
    expect(focused(us) == first and first != second, f"j and k move: {first} {second}")
    expect(first["outline"] != "none", "where one is, is seen")
    with us.page.expect_navigation():
        keys.press("Enter")
    expect(us.path.split("/")[:2] == ["desk", "threads"] and len(us.path.split("/")) == 3,
           f"Enter opens: {us.page.url}")
    keys.press("/")
    expect(us.page.evaluate("document.activeElement.id") == "find", "/ searches")
    keys.type("Incident/n")
    expect(us.one("#find").input_value() == "Incident/n", "in a field, keys are letters")
    us.one("#find").fill("Incident")
    with us.page.expect_navigation():
        keys.press("Enter")
    expect(us.path == "desk/search", us.page.url)
    us.go("desk")
    with us.page.expect_navigation():
        keys.press("n")
    expect(us.path == "desk/say", f"n begins: {us.page.url}")
    composed(us, keys)
    expect(len(set(threads)) == 2, "two threads to move between")


def composed(us, keys):
    """Tab reaches each field in order, each seen, and the keyboard gets out again."""
    us.begin("incident.report")
    seen = []
    for _ in range(60):
        keys.press("Tab")
        one = focused(us)
        expect(one["outline"] != "none", f"where one is, is seen: {one}")
        seen.append(one["name"])
        if one["value"] == "look":
            break
    expect("text.en" in seen and "to" in seen, f"every field is reached: {seen}")
    with us.page.expect_navigation():
        keys.press("Enter")
    # Nobody is addressed and nothing is said: the page says so, and that is read first.
    expect(us.one("#problem").count() == 1, f"it says what is missing: {us.page.url}")
    until(lambda: us.page.evaluate("document.activeElement.id") == "problem",
          "what is wrong is read first")


def focused(us):
    return us.page.evaluate("""() => {
        const one = document.activeElement, style = getComputedStyle(one);
        return { text: one.textContent.trim().slice(0, 60), name: one.name ?? "",
                 value: one.value ?? "", href: one.href ?? "", outline: style.outlineStyle,
                 left: one.getBoundingClientRect().left }; }""")


def without_script(place, worlds):
    """The same request, submitted by forms alone, and answered."""
    here = worlds.two()
    for language in ("en", "zh"):
        us = here.officer("us", language, "officer", java_script_enabled=False)
        cn = here.officer("cn", language, "officer", java_script_enabled=False)
        us.go("desk/say")
        us.press('main form:has(input[name="act"][value="request.submit"]) button')
        us.fill("to", "cn")
        us.fill("term.kind", "information")
        us.fill("term.urgency", "normal")
        us.fill("text.en", "Whose address is 192.0.2.1?")
        us.look()
        us.sees_text("Whose address is 192.0.2.1?")
        thread = us.send()
        until(lambda: cn.page.goto(cn.address(f"desk/threads/{thread}")).status == 200,
              "it arrives")
        cn.say("request.acknowledge", thread)
        here.world.agreed(thread, 2)


CASES = [keyboard_alone, without_script]
