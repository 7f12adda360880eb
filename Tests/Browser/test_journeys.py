"""Journeys through the built-in pages, driven by Debian's Chromium."""

import io
import re
import unittest

import zxingcpp
from PIL import Image
from playwright.sync_api import expect, sync_playwright

import screenshots
from system import (
    COOKIE, PASSWORD, SECRETS, System, claims, cookies, fetch, session_in, totp,
)


def setUpModule():
    global system, playwright, chromium
    system = System(authority=["--no-rate-limits", "--message-interval", "3"])
    playwright = sync_playwright().start()
    chromium = playwright.chromium.launch(
        executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-dev-shm-usage"]
    )


def tearDownModule():
    chromium.close()
    playwright.stop()
    system.stop()


class Journey(unittest.TestCase):
    """One browser profile per test."""

    OPTIONS = {}

    def setUp(self):
        self.context = chromium.new_context(**self.OPTIONS)
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.addCleanup(self.context.close)

    def carry(self, session):
        self.context.add_cookies(
            [
                {"name": name, "value": value, "url": system.url}
                for name, value in cookies(session).items()
            ]
        )

    def sign_in(self, name):
        session = system.sign_in(name)
        self.carry(session)
        return session

    def open(self, path, page=None):
        return (page or self.page).goto(system.url + path)

    @property
    def session(self):
        return session_in({c["name"]: c["value"] for c in self.context.cookies()})

    @property
    def level(self):
        return claims(self.session)["aal"]

    def heading(self, text, page=None):
        expect((page or self.page).get_by_role("heading", level=1)).to_have_text(text)

    def at(self, target, page=None):
        expect((page or self.page).locator("#target")).to_have_text(target)

    def enter(self, code, page=None, button="Confirm"):
        page = page or self.page
        page.get_by_label("Code", exact=True).fill(code)
        page.get_by_role("button", name=button).click()

    def notice(self, text, page=None):
        expect((page or self.page).get_by_role("alert")).to_contain_text(text)

    def phone_code(self, number, count=1):
        found = []

        def arrived():
            found[:] = system.messages(number)
            return len(found) >= count

        system.wait(arrived)
        return found[0]["code"]

    def new_user(self, name):
        session = system.sign_up(name)
        self.carry(session)
        return session

    def protected(self, name):
        secret, factor, _ = system.enroll(system.sign_up(name))
        self.sign_in(name)
        return secret, factor


class Levels(Journey):
    """The table of current and next level, by four journeys."""

    def test_aal1_aal1_an_old_user_passes(self):
        self.sign_in("olga")
        self.open("/dashboard")
        self.at("/dashboard")
        expect(self.page.locator("#level")).to_have_text("aal1")

    def test_aal1_aal2_an_opted_in_user_is_challenged_and_lands_where_she_wanted(self):
        self.sign_in("ada")
        self.open("/dashboard?tab=1&q=%C3%A4%20b")
        self.heading("Confirm that it is you")
        screenshots.take(self.page, "challenge")
        self.enter(totp(SECRETS["ada"]))
        self.at("/dashboard?tab=1&q=%C3%A4%20b")
        expect(self.page.locator("#level")).to_have_text("aal2")

    def test_aal2_aal2_a_proved_session_is_not_asked_again(self):
        secret, _, session = system.enroll(system.sign_up("level-four"))
        self.carry(session)
        self.open("/admin/x")
        self.at("/admin/x")
        self.open("/.gatekeeper/step-up?return_to=/admin/x")
        self.at("/admin/x")

    def test_aal2_aal1_a_stale_level_falls_when_the_factor_goes(self):
        _, factor, session = system.enroll(system.sign_up("level-stale"))
        self.carry(session)
        self.open("/admin/x")
        self.at("/admin/x")
        tab = self.context.new_page()
        self.open("/.gatekeeper/factors", tab)
        tab.get_by_role("link", name="Remove App").click()
        self.heading("Remove this factor?", tab)
        screenshots.take(tab, "remove")
        tab.get_by_role("button", name="Remove it").click()
        expect(tab.get_by_role("status")).to_have_text("The factor was removed.")
        self.assertEqual(self.level, "aal1")
        self.open("/admin/x")
        self.heading("Set up a second factor")


class Apps(Journey):
    def test_a_new_user_reads_the_code_out_of_the_picture(self):
        self.new_user("enrol-app")
        self.open("/admin/start?x=1")
        self.heading("Set up a second factor")
        expect(self.page.get_by_text("Admin pages need a second factor.")).to_be_visible()
        screenshots.take(self.page, "enroll")
        self.page.get_by_label("Name of this factor").fill("Pixel")
        self.page.get_by_role("button", name="Set up an app").click()
        self.heading("Connect your authenticator app")
        screenshots.take(self.page, "setup")
        picture = self.page.get_by_role("img", name="QR code for your authenticator app")
        self.assertTrue(picture.get_attribute("src").startswith("data:image/svg+xml,"))
        image = Image.open(io.BytesIO(picture.screenshot(scale="device")))
        image = image.resize((image.width * 3, image.height * 3), Image.Resampling.NEAREST)
        [code] = zxingcpp.read_barcodes(image)
        secret = re.search(r"secret=([A-Z2-7]+)", code.text).group(1)
        self.assertIn("Acme%20Books", code.text.replace("+", "%20"))
        self.enter("000000")
        self.notice("That code is wrong")
        expect(picture).to_be_visible()
        self.enter(totp(secret))
        self.at("/admin/start?x=1")
        self.assertEqual(self.level, "aal2")
        self.assertEqual(self.session["user"]["email"], "enrol-app@example.test")

    def test_an_unfinished_enrolment_of_the_same_name_makes_way(self):
        session = self.sign_in("lena")
        self.open("/admin/x")
        self.page.get_by_label("Name of this factor").fill("Unfinished")
        self.page.get_by_role("button", name="Set up an app").click()
        self.heading("Connect your authenticator app")
        names = [f["friendly_name"] for f in system.user(session)["factors"]]
        self.assertEqual(names, ["Unfinished"])

    def test_wrong_codes_until_limited(self):
        secret, _ = self.protected("limited")
        self.open("/dashboard")
        for _ in range(5):
            self.enter("000000")
            self.notice("That code is wrong")
        screenshots.take(self.page, "wrong-code")
        self.enter(totp(secret))
        self.notice("There were too many attempts. Try again in")
        screenshots.take(self.page, "limited")
        self.assertEqual(self.level, "aal1")

    def test_spaces_in_a_code_do_not_matter_and_letters_do(self):
        secret, _ = self.protected("typed")
        self.open("/dashboard")
        self.enter("12ab56")
        self.notice("A code has 6 to 10 digits")
        code = totp(secret)
        self.enter(f"{code[:3]} {code[3:]}")
        self.at("/dashboard")

    def test_a_step_up_whose_time_ran_out(self):
        _, _, session = system.enroll(system.sign_up("fresh"))
        self.carry(session)
        secret = None
        self.open("/.gatekeeper/factors")
        self.page.wait_for_timeout(3_500)
        self.open("/fresh/report")
        self.heading("Confirm that it is you")
        expect(self.page.get_by_text("used in the last")).to_be_visible()

    def test_a_post_that_met_a_step_up_comes_back_to_its_page(self):
        secret, _ = self.protected("poster")
        self.open("/payments")
        self.page.get_by_role("button", name="Pay").click()
        self.heading("Confirm that it is you")
        self.assertIn("for=POST%20%2Fpayments%2Fsend", self.page.url)
        self.enter(totp(secret))
        self.at("/payments")
        self.page.get_by_role("button", name="Pay").click()
        self.at("/payments/send")
        expect(self.page.locator("#method")).to_have_text("POST")

    def test_a_fetch_that_gets_the_challenge_recovers(self):
        secret, _ = self.protected("single")
        self.open("/app")
        self.heading("Confirm that it is you")
        self.enter(totp(secret))
        expect(self.page.locator("#result")).to_have_text("orders loaded: 200")


class Phones(Journey):
    def test_a_phone_through_the_outbox(self):
        self.sign_in("pia")
        before = len(system.messages("+15550106"))
        self.open("/dashboard?p=1")
        expect(self.page.get_by_text("We send a code to your phone …106.")).to_be_visible()
        screenshots.take(self.page, "phone")
        self.assertEqual(len(system.messages("+15550106")), before)
        self.page.get_by_role("button", name="Send code").click()
        expect(self.page.get_by_text("We sent a code to your phone …106.")).to_be_visible()
        screenshots.take(self.page, "phone-code")
        self.page.reload()
        self.assertEqual(len(system.messages("+15550106")), before + 1)
        self.enter(self.phone_code("+15550106", before + 1))
        self.at("/dashboard?p=1")

    def test_another_code_has_to_wait_and_the_earlier_one_still_works(self):
        self.sign_in("tess")
        number = "+15550107"
        before = len(system.messages(number))
        self.open("/dashboard")
        self.page.get_by_role("link", name="Use Text message").click()
        self.page.get_by_role("button", name="Send code").click()
        earlier = self.phone_code(number, before + 1)
        self.page.get_by_role("button", name="Send another code").click()
        self.notice("You can ask for another one in")
        self.page.wait_for_timeout(3_200)
        self.page.get_by_role("button", name="Send another code").click()
        self.phone_code(number, before + 2)
        self.enter(earlier)
        self.at("/dashboard")

    def test_a_phone_is_verified_before_it_counts(self):
        session = self.new_user("enrol-phone")
        self.open("/phones/x")
        self.heading("Set up a second factor")
        field = self.page.get_by_label("Phone number")
        field.fill("0151 234")
        self.page.get_by_role("button", name="Send code").click()
        self.notice("not a phone number")
        self.page.get_by_label("Phone number").fill("+49 1512 3456789")
        self.page.get_by_role("button", name="Send code").click()
        self.heading("Confirm your phone")
        screenshots.take(self.page, "confirm-phone")
        self.assertEqual(system.user(session)["factors"][0]["status"], "unverified")
        self.enter(self.phone_code("+4915123456789"))
        self.at("/phones/x")

    def test_a_lost_device_has_ways_on(self):
        self.sign_in("tess")
        self.open("/dashboard")
        self.heading("Confirm that it is you")
        expect(self.page.get_by_role("link", name="Use Text message")).to_be_visible()
        expect(self.page.get_by_role("heading", name="Lost your device?")).to_be_visible()
        link = self.page.get_by_role("link", name="Get help").first
        self.assertEqual(link.get_attribute("href"), "https://help.example.com/lost-device")
        self.page.get_by_role("button", name="Sign out").click()
        self.heading("You are signed out")
        screenshots.take(self.page, "signed-out")
        self.assertIsNone(self.session)


class Management(Journey):
    def test_factors_are_listed_added_and_removed(self):
        secret, _ = self.protected("manager")
        self.open("/.gatekeeper/factors")
        self.heading("Your second factors")
        screenshots.take(self.page, "factors")
        self.page.get_by_role("link", name="Add a factor").click()
        self.heading("Confirm that it is you")
        self.enter(totp(secret))
        self.heading("Set up a second factor")
        self.page.get_by_label("Phone number").fill("+1 555 010 0777")
        self.page.get_by_role("button", name="Send code").click()
        self.enter(self.phone_code("+15550100777"))
        self.heading("Your second factors")
        expect(self.page.get_by_role("status")).to_have_text("Your second factor is set up.")
        expect(self.page.get_by_role("listitem")).to_have_count(2)
        self.page.get_by_role("link", name="Remove Phone").click()
        self.page.get_by_role("link", name="Cancel").click()
        self.page.get_by_role("link", name="Remove Phone").click()
        self.page.get_by_role("button", name="Remove it").click()
        expect(self.page.get_by_role("listitem")).to_have_count(1)

    def test_removing_a_verified_factor_asks_for_it_first(self):
        secret, _ = self.protected("remover")
        self.open("/.gatekeeper/factors")
        self.page.get_by_role("link", name="Remove App").click()
        self.heading("Confirm that it is you")
        expect(self.page.get_by_text("Before a factor is removed")).to_be_visible()
        self.enter(totp(secret))
        self.heading("Remove this factor?")
        self.page.get_by_role("button", name="Remove it").click()
        expect(self.page.get_by_text("You have no second factor yet.")).to_be_visible()
        self.assertEqual(self.level, "aal1")


class Ends(Journey):
    def test_a_user_without_an_address_cannot_use_an_app(self):
        grant = {"phone": "+15550109", "password": PASSWORD}
        answer = system.auth("token?grant_type=password", grant)
        self.assertEqual(answer.status, 200, answer.text)
        self.carry(answer.json)
        self.open("/admin/x")
        expect(self.page.get_by_text("needs an account with an email address")).to_be_visible()
        expect(self.page.get_by_role("button", name="Set up an app")).to_have_count(0)

    def test_a_guest_is_told_to_make_an_account(self):
        answer = system.auth("signup", {})
        self.assertEqual(answer.status, 200, answer.text)
        self.carry(answer.json)
        self.open("/.gatekeeper/enroll")
        expect(self.page.get_by_text("Guests cannot have a second factor")).to_be_visible()
        screenshots.take(self.page, "guest")

    def test_nobody_is_sent_to_sign_in_and_then_on(self):
        self.open("/.gatekeeper/step-up?return_to=/dashboard")
        self.at("/login?return_to=%2Fdashboard")

    def test_an_ended_session_is_taken_out_of_the_browser(self):
        session = self.new_user("ended")
        system.auth("logout?scope=global", {}, session["access_token"])
        self.open("/.gatekeeper/factors")
        expect(self.page.locator("h1")).to_have_text("/login")
        self.assertIsNone(self.session)


class Browsers(Journey):
    def test_the_back_button_leads_to_no_form_that_fails(self):
        secret, _ = self.protected("back")
        self.open("/dashboard")
        self.enter(totp(secret))
        self.at("/dashboard")
        self.page.go_back()
        self.at("/dashboard")

    def test_two_tabs(self):
        secret, _ = self.protected("tabs")
        other = self.context.new_page()
        self.open("/dashboard?first")
        self.open("/dashboard?second", other)
        self.enter(totp(secret))
        self.at("/dashboard?first")
        self.enter(totp(secret), other)
        self.at("/dashboard?second", other)

    def test_keyboard_only(self):
        secret, _ = self.protected("keyboard")
        self.open("/dashboard")
        self.heading("Confirm that it is you")
        self.page.keyboard.type(totp(secret))
        self.page.keyboard.press("Tab")
        expect(self.page.get_by_role("button", name="Confirm")).to_be_focused()
        self.page.keyboard.press("Enter")
        self.at("/dashboard")


class WithoutScripts(Journey):
    OPTIONS = {"java_script_enabled": False}

    def test_everything_works(self):
        secret, _ = self.protected("scriptless")
        self.open("/admin/x?y=z")
        self.heading("Confirm that it is you")
        self.enter("000000")
        self.notice("That code is wrong")
        self.enter(totp(secret))
        self.at("/admin/x?y=z")


class InGerman(Journey):
    OPTIONS = {"locale": "de-DE"}

    def test_the_pages_speak_german(self):
        secret, _ = self.protected("deutsch")
        self.open("/dashboard")
        self.heading("Bestätige, dass du es bist")
        self.assertEqual(self.page.locator("html").get_attribute("lang"), "de")
        screenshots.take(self.page, "german")
        self.enter(totp(secret), button="Bestätigen")
        self.at("/dashboard")


class InTheDark(Journey):
    OPTIONS = {"color_scheme": "dark"}

    def test_dark_mode_is_dark(self):
        self.protected("dark")
        self.open("/dashboard")
        colour = self.page.evaluate("getComputedStyle(document.body).backgroundColor")
        red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
        self.assertLess(max(red, green, blue), 60)


if __name__ == "__main__":
    unittest.main()
