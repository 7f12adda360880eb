"""Debian's Chromium in front of a system, and what people do with it."""

import unittest

from playwright.sync_api import expect, sync_playwright

from system import claims, cookies, session_in

# A busy machine may be slow; only what never comes is wrong.
expect.set_options(timeout=15_000)


class Stage:
    """What all tests of one file share."""

    system = playwright = chromium = None


def begin(system):
    Stage.system = system
    Stage.playwright = sync_playwright().start()
    Stage.chromium = Stage.playwright.chromium.launch(
        executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-dev-shm-usage"]
    )
    return system


def end():
    Stage.chromium.close()
    Stage.playwright.stop()
    Stage.system.stop()


class Journey(unittest.TestCase):
    """One browser profile per test."""

    OPTIONS = {}

    def setUp(self):
        self.system = Stage.system
        self.context = Stage.chromium.new_context(**self.OPTIONS)
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.addCleanup(self.context.close)

    def carry(self, session, context=None):
        (context or self.context).add_cookies(
            [
                {"name": name, "value": value, "url": self.system.url}
                for name, value in cookies(session).items()
            ]
        )

    def sign_in(self, name):
        session = self.system.sign_in(name)
        self.carry(session)
        return session

    def new_user(self, name):
        session = self.system.sign_up(name)
        self.carry(session)
        return session

    def protected(self, name):
        """Somebody with an authenticator app, at aal1: its secret and the factor."""
        secret, factor, _ = self.system.enroll(self.system.sign_up(name))
        self.sign_in(name)
        return secret, factor

    def open(self, path, page=None):
        return (page or self.page).goto(self.system.url + path)

    @property
    def session(self):
        return session_in({c["name"]: c["value"] for c in self.context.cookies()})

    @property
    def level(self):
        return claims(self.session)["aal"]

    def at(self, target, page=None):
        """The app was asked for `target`, its query included."""
        expect((page or self.page).locator("#target")).to_have_text(target)

    def heading(self, text, page=None):
        expect((page or self.page).get_by_role("heading", level=1)).to_have_text(text)

    def enter(self, code, page=None, button="Confirm"):
        page = page or self.page
        page.get_by_label("Code", exact=True).fill(code)
        page.get_by_role("button", name=button).click()

    def notice(self, text, page=None):
        expect((page or self.page).get_by_role("alert")).to_contain_text(text)

    def press(self, action):
        """Sends the first form that does something, in whatever language its button is."""
        form = f'form:has(input[name=action][value="{action}"])'
        self.page.locator(form).first.locator("button").click()

    def phone_code(self, number, count=1):
        found = []

        def arrived():
            found[:] = self.system.messages(number)
            return len(found) >= count

        self.system.wait(arrived)
        return found[0]["code"]
