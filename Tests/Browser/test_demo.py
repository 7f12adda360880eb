"""The application that `make run` shows, behind the policies of the quickstart.

Every page is checked for accessibility: in the light, in the dark, and on a phone.
"""

import unittest

from playwright.sync_api import expect

import browsing
import screenshots
from system import PASSWORD, PROJECT, SECRETS, System, totp

POLICY = PROJECT / "examples" / "quickstart" / "quickstart.policy"


def setUpModule():
    browsing.begin(
        System(policy=POLICY.read_text(), authority=["--no-rate-limits"], demo=True)
    )


def tearDownModule():
    browsing.end()


class Pages(browsing.Journey):
    def shows(self, name):
        expect(self.page.locator("h1")).to_be_visible()
        screenshots.take(self.page, f"demo-{name}")

    def sign_in_by_form(self, name):
        self.open("/login?return_to=/dashboard")
        self.page.get_by_label("E-mail or phone number").fill(f"{name}@example.test")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def test_what_everybody_sees(self):
        for name, path in [("front", "/"), ("sign-in", "/login")]:
            self.assertEqual(self.open(path).status, 200)
            self.shows(name)

    def test_what_a_proved_session_sees(self):
        self.sign_in_by_form("ada")
        self.heading("Confirm that it is you")
        self.enter(totp(SECRETS["ada"]))
        expect(self.page).to_have_url(self.system.url + "/dashboard")
        self.shows("dashboard")
        for path in ["/items", "/live", "/payments", "/admin", "/catalog", "/security"]:
            self.assertEqual(self.open(path).status, 200, path)
            self.shows(path.strip("/"))

    def test_what_a_refused_browser_sees(self):
        self.sign_in_by_form("olga")
        expect(self.page).to_have_url(self.system.url + "/dashboard")
        self.assertEqual(self.open("/vault").status, 403)
        self.shows("refused")


if __name__ == "__main__":
    unittest.main()
