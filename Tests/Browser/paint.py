"""How long a page takes to its first paint in a real browser, as the browser itself says.

    PAINT_COOKIE=name=value CHROMIUM=path python3 Tests/Browser/paint.py ADDRESS [TIMES]

Each time in a new window that has kept nothing; prints the milliseconds as a JSON array.
"""

import json
import os
import sys
import urllib.parse

from playwright.sync_api import sync_playwright

# Heard, not asked for again and again: the pages let nobody evaluate text.
FIRST = """() => new Promise(done => new PerformanceObserver(list => {
    for (const one of list.getEntriesByName("first-contentful-paint")) done(one.startTime);
}).observe({ type: "paint", buffered: true }))"""


def main(address, times="15"):
    name, value = os.environ["PAINT_COOKIE"].split("=", 1)
    origin = urllib.parse.urljoin(address, "/").rstrip("/")
    took = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"])
        for _ in range(int(times)):
            window = browser.new_context(ignore_https_errors=True)
            window.add_cookies([{
                "name": name, "value": value, "url": origin, "secure": True, "httpOnly": True,
                "sameSite": "Strict"}])
            page = window.new_page()
            page.goto(address, wait_until="load")
            took.append(page.evaluate(FIRST))
            window.close()
        browser.close()
    print(json.dumps(took))


if __name__ == "__main__":
    main(*sys.argv[1:])
