"""Every page in every language: in the light, in the dark, and on a phone.

Each is checked for accessibility; SCREENSHOTS=folder keeps the pictures.
"""

import time
import unittest

from playwright.sync_api import expect

import browsing
import screenshots
from system import POLICY, System, fetch, totp

TITLES = {
    "challenge": ("Confirm that it is you", "Bestätige, dass du es bist"),
    "enroll": ("Set up a second factor", "Zweiten Faktor einrichten"),
    "setup": ("Connect your authenticator app", "Authenticator-App verbinden"),
    "confirm-phone": ("Confirm your phone", "Telefon bestätigen"),
    "factors": ("Your second factors", "Deine zweiten Faktoren"),
    "remove": ("Remove this factor?", "Diesen Faktor entfernen?"),
    "sign-out": ("Sign out?", "Abmelden?"),
    "signed-out": ("You are signed out", "Du bist abgemeldet"),
    "stuck": ("This does not work here", "Das geht hier nicht"),
    "no-factor": ("No second factor yet", "Noch kein zweiter Faktor"),
    "failed": ("That did not work", "Das hat nicht geklappt"),
}
OVER = ("Your session has ended.", "Deine Sitzung ist zu Ende.")


def setUpModule():
    browsing.begin(System(authority=["--no-rate-limits"], pages="  channels: [sms, whatsapp]"))


def tearDownModule():
    browsing.end()


class Gallery:
    """The pages, told apart by what they are called and not by what their buttons say."""

    LANGUAGE, INDEX = "en", 0

    def shows(self, title, name=None):
        expect(self.page.locator("h1")).to_have_text(TITLES[title][self.INDEX])
        self.assertEqual(self.page.locator("html").get_attribute("lang"), self.LANGUAGE)
        screenshots.take(self.page, f"{self.LANGUAGE}-{name or title}")

    def name(self, text):
        return f"gallery-{self.LANGUAGE}-{text}"

    def test_a_code_is_asked_for(self):
        self.protected(self.name("app"))
        self.open("/dashboard?tab=1")
        self.shows("challenge")
        for _ in range(5):
            self.page.locator("#code").fill("000000")
            self.press("verify")
        self.shows("challenge", "wrong-code")
        self.page.locator("#code").fill("000000")
        self.press("verify")
        expect(self.page.get_by_role("alert").locator("bdi")).to_be_visible()
        self.shows("challenge", "too-many")

    def test_a_proof_that_is_too_old_is_asked_for_again(self):
        _, _, session = self.system.enroll(self.system.sign_up(self.name("old")))
        self.carry(session)
        proved = time.time()
        self.system.wait(lambda: time.time() > proved + 3.5)
        self.open("/fresh/x")
        self.shows("challenge", "too-old")

    def test_a_phone_is_asked(self):
        self.sign_in("pia" if self.INDEX == 0 else "tess")
        self.open("/dashboard")
        if self.INDEX:
            self.page.locator(".ways a").click()
        self.shows("challenge", "phone")
        self.press("send")
        self.shows("challenge", "phone-code")
        self.press("send")
        self.shows("challenge", "phone-too-soon")

    def test_an_app_is_set_up(self):
        self.new_user(self.name("enroll"))
        self.open("/admin/x")
        self.shows("enroll")
        self.press("totp")
        self.shows("setup")
        self.page.locator("#code").fill("12")
        self.press("verify")
        self.shows("setup", "setup-malformed")

    def test_a_phone_is_set_up(self):
        self.new_user(self.name("phone"))
        self.open("/phones/x")
        self.page.locator("#phone").fill("0151 1")
        self.press("phone")
        self.shows("enroll", "enroll-malformed")
        self.page.locator("#phone").fill(f"+1555010400{self.INDEX}")
        self.press("phone")
        self.shows("confirm-phone")

    def test_factors_are_managed(self):
        self.new_user(self.name("none"))
        self.open("/.gatekeeper/factors")
        self.shows("factors", "factors-none")
        self.open("/.gatekeeper/step-up")
        self.shows("no-factor")
        _, factor, session = self.system.enroll(self.system.sign_up(self.name("one")), "Pixel")
        self.carry(session)
        self.open("/.gatekeeper/factors?return_to=/dashboard")
        self.shows("factors")
        self.page.locator(".rows a").click()
        self.shows("remove")
        self.press("remove")
        expect(self.page.get_by_role("status")).to_be_visible()
        self.shows("factors", "removed")

    def test_dead_ends_say_so(self):
        self.sign_in("olga")
        self.open("/.gatekeeper/step-up?return_to=/vault/x")
        self.shows("stuck", "denied")
        self.open("/keys/x")
        self.shows("stuck", "nothing-offered")
        grant = {"phone": "+15550109", "password": "demo-password"}
        self.carry(self.system.auth("token?grant_type=password", grant).json)
        self.open("/admin/x")
        self.shows("enroll", "no-address")

    def test_guests_and_those_who_leave(self):
        self.carry(self.system.auth("signup", {}).json)
        self.open("/.gatekeeper/enroll")
        self.shows("stuck", "guest")
        self.new_user(self.name("leaves"))
        self.open("/.gatekeeper/sign-out")
        self.shows("sign-out")
        self.page.locator("main button").click()
        self.shows("signed-out")


class InEnglish(Gallery, browsing.Journey):
    OPTIONS = {"locale": "en-GB"}


class InGerman(Gallery, browsing.Journey):
    OPTIONS = {"locale": "de-AT"}
    LANGUAGE, INDEX = "de", 1


class WithoutSignIn(browsing.Journey):
    """Where the policies name no sign-in page, whose session is over is told so."""

    @classmethod
    def setUpClass(cls):
        cls.own = System(
            policy=POLICY.replace("sign-in /login  ", ""), authority=["--no-rate-limits"]
        )
        cls.addClassCleanup(cls.own.stop)

    def setUp(self):
        super().setUp()
        self.system = self.own

    def test_a_session_that_is_over_is_told_so_and_taken_out_of_the_browser(self):
        for index, language in enumerate(["en", "de"]):
            session = self.new_user(f"gallery-over-{language}")
            self.system.auth("logout?scope=global", {}, session["access_token"])
            self.context.set_extra_http_headers({"Accept-Language": language})
            self.assertEqual(self.open("/.gatekeeper/factors").status, 403)
            self.heading(TITLES["failed"][index])
            expect(self.page.locator("main")).to_contain_text(OVER[index])
            self.assertIsNone(self.session)
            screenshots.take(self.page, f"{language}-over")


class WhileDown(browsing.Journey):
    """Last, since nothing can be done after it."""

    def test_an_outage_is_told_and_can_be_tried_again(self):
        self.new_user("gallery-outage")
        fetch(self.system.authority + "/outage", "POST")
        for language, title in zip(["en", "de"], TITLES["failed"]):
            self.context.set_extra_http_headers({"Accept-Language": language})
            self.assertEqual(self.open("/.gatekeeper/factors").status, 503)
            self.heading(title)
            screenshots.take(self.page, f"{language}-failed")


if __name__ == "__main__":
    unittest.main()
