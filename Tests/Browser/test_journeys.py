"""Journeys through the built-in pages, driven by Debian's Chromium."""

import io
import pathlib
import re
import tempfile
import time
import unittest

import zxingcpp
from PIL import Image
from playwright.sync_api import expect

import browsing
from browsing import Journey
from system import COOKIE, PASSWORD, SECRET_KEY, SECRETS, System, claims, fetch, totp


def setUpModule():
    global system
    system = browsing.begin(System(authority=["--no-rate-limits", "--message-interval", "3"]))


def tearDownModule():
    browsing.end()


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

    def test_aal2_aal1_a_level_falls_when_the_factor_goes_in_another_tab(self):
        _, factor, session = system.enroll(system.sign_up("level-stale"))
        self.carry(session)
        self.open("/admin/x")
        self.at("/admin/x")
        tab = self.context.new_page()
        self.open("/.gatekeeper/factors", tab)
        tab.get_by_role("link", name="Remove App").click()
        self.heading("Remove this factor?", tab)
        tab.get_by_role("button", name="Remove it").click()
        expect(tab.get_by_role("status")).to_have_text("The factor was removed.")
        self.assertEqual(self.level, "aal1")
        self.open("/admin/x")
        self.heading("Set up a second factor")

    def test_aal2_aal1_a_level_is_stale_when_the_factor_went_elsewhere(self):
        _, factor, session = system.enroll(system.sign_up("level-elsewhere"))
        self.carry(session)
        gone = system.auth(f"factors/{factor}", None, session["access_token"], "DELETE")
        self.assertEqual(gone.status, 200, gone.text)
        self.open("/admin/x")
        self.at("/admin/x")
        expect(self.page.locator("#level")).to_have_text("aal2")
        self.open("/confirmed/x")
        self.at("/login?return_to=%2Fconfirmed%2Fx&prompt=login")
        self.open("/.gatekeeper/step-up?return_to=/confirmed/x")
        self.at("/login?return_to=%2Fconfirmed%2Fx&prompt=login")
        self.open("/.gatekeeper/factors")
        expect(self.page.get_by_text("You have no second factor yet.")).to_be_visible()


class Apps(Journey):
    def test_a_new_user_reads_the_code_out_of_the_picture(self):
        self.new_user("enrol-app")
        self.open("/admin/start?x=1")
        self.heading("Set up a second factor")
        expect(self.page.get_by_text("Admin pages need a second factor.")).to_be_visible()
        self.page.locator("#totp-name").fill("Pixel")
        self.page.get_by_role("button", name="Set up an app").click()
        self.heading("Connect your authenticator app")
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
        self.page.locator("#totp-name").fill("Unfinished")
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
        self.enter(totp(secret))
        self.notice("There were too many attempts. Try again in")
        self.assertEqual(self.level, "aal1")

    def test_a_session_too_long_for_one_cookie_stays_in_chunks(self):
        account = {"email": "long@example.test", "password": PASSWORD, "data": {"bio": "ä" * 2_000}}
        session = system.auth("signup", account).json
        secret, _, _ = system.enroll(session)
        self.sign_in("long")
        pieces = [c["name"] for c in self.context.cookies() if COOKIE in c["name"]]
        self.assertGreater(len(pieces), 2)
        self.open("/dashboard")
        self.enter(totp(secret))
        self.at("/dashboard")
        self.assertEqual(self.level, "aal2")
        self.assertEqual(len(self.session["user"]["user_metadata"]["bio"]), 2_000)

    def test_spaces_in_a_code_do_not_matter_and_letters_do(self):
        secret, _ = self.protected("typed")
        self.open("/dashboard")
        self.enter("12ab56")
        self.notice("A code has 6 to 10 digits")
        code = totp(secret)
        self.enter(f"{code[:3]} {code[3:]}")
        self.at("/dashboard")

    def test_a_step_up_whose_time_ran_out(self):
        secret, _, session = system.enroll(system.sign_up("fresh"))
        proved = time.time()
        self.carry(session)
        system.wait(lambda: time.time() > proved + 3.5)
        self.open("/fresh/report")
        self.heading("Confirm that it is you")
        expect(self.page.get_by_text("used in the last")).to_be_visible()
        self.enter(totp(secret))
        self.at("/fresh/report")

    def test_whoever_has_an_app_shows_it_before_adding_the_phone_that_is_asked_for(self):
        secret, _ = self.protected("both")
        self.open("/phones/x?y=z")
        self.heading("Confirm that it is you")
        self.enter(totp(secret))
        self.heading("Set up a second factor")
        expect(self.page.get_by_role("button", name="Set up an app")).to_have_count(0)
        self.page.get_by_label("Phone number").fill("+1 555 010 0778")
        self.press("phone")
        self.enter(self.phone_code("+15550100778"))
        self.at("/phones/x?y=z")

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
        self.assertEqual(len(system.messages("+15550106")), before)
        self.page.get_by_role("button", name="Send code").click()
        expect(self.page.get_by_text("We sent a code to your phone …106.")).to_be_visible()
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
        sent = time.time()
        self.page.get_by_role("button", name="Send another code").click()
        self.notice("You can ask for another one in")
        system.wait(lambda: time.time() > sent + 3.2)
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
        self.assertIsNone(self.session)


class Management(Journey):
    def test_factors_are_listed_added_and_removed(self):
        secret, _ = self.protected("manager")
        self.open("/.gatekeeper/factors")
        self.heading("Your second factors")
        self.page.get_by_role("link", name="Add a factor").click()
        self.heading("Confirm that it is you")
        self.enter(totp(secret))
        self.heading("Set up a second factor")
        self.page.get_by_label("Phone number").fill("+1 555 010 0777")
        self.page.locator("#phone-name").fill("Old Nokia")
        self.page.get_by_role("button", name="Send code").click()
        self.enter(self.phone_code("+15550100777"))
        self.heading("Your second factors")
        expect(self.page.get_by_role("status")).to_have_text("Your second factor is set up.")
        expect(self.page.get_by_role("listitem")).to_have_count(2)
        self.page.get_by_role("link", name="Remove Old Nokia").click()
        self.page.get_by_role("link", name="Cancel").click()
        self.page.get_by_role("link", name="Remove Old Nokia").click()
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

    def test_nobody_is_sent_to_sign_in_and_then_on(self):
        self.open("/.gatekeeper/step-up?return_to=/dashboard")
        self.at("/login?return_to=%2Fdashboard")

    def test_an_ended_session_is_taken_out_of_the_browser(self):
        session = self.new_user("ended")
        system.auth("logout?scope=global", {}, session["access_token"])
        self.open("/.gatekeeper/factors")
        expect(self.page.locator("h1")).to_have_text("/login")
        self.assertIsNone(self.session)


    def test_a_banned_user_is_told_and_signed_out(self):
        session = self.new_user("banned")
        key = {"apikey": SECRET_KEY, "Authorization": f"Bearer {SECRET_KEY}"}
        user = f"{system.authority}/auth/v1/admin/users/{claims(session)['sub']}"
        headers = {**key, "Content-Type": "application/json"}
        self.assertEqual(fetch(user, "PUT", headers, '{"ban_duration": "1h"}').status, 200)
        self.open("/.gatekeeper/factors")
        expect(self.page.get_by_text("This account is suspended.")).to_be_visible()
        expect(self.page.get_by_role("link", name="Sign in again")).to_be_visible()
        self.assertIsNone(self.session)


class Expiry(Journey):
    """What runs out, and what is switched off, at an authority with rules of its own."""

    @classmethod
    def setUpClass(cls):
        cls.files = tempfile.TemporaryDirectory(prefix="gatekeeper-expiry-")
        cls.addClassCleanup(cls.files.cleanup)
        cls.own = System(
            authority=[
                "--no-rate-limits", "--message-interval", "0", "--challenge-lifetime", "15",
                "--disable", "totp", "--files", cls.files.name,
            ]
        )
        cls.addClassCleanup(cls.own.stop)

    def setUp(self):
        super().setUp()
        self.system = self.own

    def test_an_expired_challenge_is_told_and_another_code_helps(self):
        self.sign_in("pia")
        self.open("/dashboard?p=2")
        self.press("send")
        code = self.phone_code("+15550106")
        sent = time.time()
        self.system.wait(lambda: time.time() > sent + 16)
        self.enter(code)
        self.notice("That code is wrong or has expired. Ask for a new one.")
        self.press("send")
        self.enter(self.phone_code("+15550106", 2))
        self.at("/dashboard?p=2")

    def test_an_expired_access_token_is_renewed_first(self):
        pairs = (pathlib.Path(self.files.name) / "cookies" / "expired").read_text().strip()
        self.context.add_cookies(
            [
                {"name": name, "value": value, "url": self.system.url}
                for name, value in (pair.split("=", 1) for pair in pairs.split("; "))
            ]
        )
        before = self.session
        self.assertLess(claims(before)["exp"], time.time())
        # Not even on the way to the sign-in page is the renewed session lost.
        self.open("/.gatekeeper/step-up?return_to=/recent/x")
        self.at("/login?return_to=%2Frecent%2Fx&prompt=login")
        after = self.session
        self.assertGreater(claims(after)["exp"], time.time())
        self.assertEqual(claims(after)["session_id"], claims(before)["session_id"])
        self.assertNotEqual(after["refresh_token"], before["refresh_token"])
        self.open("/.gatekeeper/factors")
        self.heading("Your second factors")
        self.open("/dashboard")
        self.at("/dashboard")

    def test_a_kind_that_is_switched_off_is_not_offered_twice(self):
        self.new_user("switched-off")
        self.open("/admin/x")
        self.press("totp")
        self.notice("This kind of factor is switched off.")
        expect(self.page.get_by_role("button", name="Set up an app")).to_have_count(0)
        self.page.get_by_label("Phone number").fill("+1 555 010 0779")
        self.press("phone")
        self.enter(self.phone_code("+15550100779"))
        self.at("/admin/x")


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

    def tab_to(self, role, name):
        target = self.page.get_by_role(role, name=name)
        for _ in range(12):
            self.page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                return
        self.fail(f"the keyboard does not reach {name}")

    def test_keyboard_only(self):
        secret, _ = self.protected("keyboard")
        self.open("/dashboard")
        self.heading("Confirm that it is you")
        self.page.keyboard.type(totp(secret))
        self.page.keyboard.press("Tab")
        expect(self.page.get_by_role("button", name="Confirm")).to_be_focused()
        self.page.keyboard.press("Enter")
        self.at("/dashboard")

    def test_keyboard_only_from_setting_up_to_removing(self):
        self.new_user("keyboard-new")
        self.open("/admin/x")
        self.tab_to("button", "Set up an app")
        self.page.keyboard.press("Enter")
        self.heading("Connect your authenticator app")
        self.page.keyboard.type(totp(self.page.locator(".secret").inner_text().replace(" ", "")))
        self.page.keyboard.press("Enter")
        self.at("/admin/x")
        self.open("/.gatekeeper/factors")
        self.tab_to("link", "Remove Authenticator app")
        self.page.keyboard.press("Enter")
        self.heading("Remove this factor?")
        self.tab_to("button", "Remove it")
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("status")).to_have_text("The factor was removed.")

    def test_the_back_button_after_setting_up_leads_to_no_dead_end(self):
        self.new_user("back-new")
        self.open("/phones/x")
        self.page.get_by_label("Phone number").fill("+1 555 010 0780")
        self.press("phone")
        self.heading("Confirm your phone")
        self.enter(self.phone_code("+15550100780"))
        self.at("/phones/x")
        self.page.go_back()
        self.at("/phones/x")


class WithoutScripts(Journey):
    OPTIONS = {"java_script_enabled": False}

    def test_a_code_is_asked_for(self):
        secret, _ = self.protected("scriptless")
        self.open("/admin/x?y=z")
        self.heading("Confirm that it is you")
        self.enter("000000")
        self.notice("That code is wrong")
        self.enter(totp(secret))
        self.at("/admin/x?y=z")

    def test_factors_are_set_up_and_removed_and_the_session_ended(self):
        self.new_user("scriptless-new")
        self.open("/admin/x")
        self.press("totp")
        secret = self.page.locator(".secret").text_content().replace(" ", "")
        self.enter(totp(secret))
        self.at("/admin/x")
        self.open("/.gatekeeper/factors")
        self.page.get_by_role("link", name="Add a factor").click()
        self.page.get_by_label("Phone number").fill("+1 555 010 0781")
        self.press("phone")
        self.enter(self.phone_code("+15550100781"))
        expect(self.page.get_by_role("listitem")).to_have_count(2)
        self.page.get_by_role("link", name="Remove Phone").click()
        self.press("remove")
        expect(self.page.get_by_role("listitem")).to_have_count(1)
        self.page.get_by_role("button", name="Sign out").click()
        self.heading("You are signed out")
        self.assertIsNone(self.session)


class InGerman(Journey):
    OPTIONS = {"locale": "de-DE"}

    def test_the_pages_speak_german(self):
        secret, _ = self.protected("deutsch")
        self.open("/dashboard")
        self.heading("Bestätige, dass du es bist")
        self.assertEqual(self.page.locator("html").get_attribute("lang"), "de")
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
