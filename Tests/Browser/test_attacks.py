"""Attacks on the built-in pages, without a browser in between."""

import html
import re
import unittest
import urllib.parse

from system import COOKIE, POLICY, System, claims, cookie_header, cookies, fetch, session_in, totp

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}


def setUpModule():
    global system
    system = System(
        authority=["--no-rate-limits", "--message-interval", "0"],
        gatekeeper="trusted_proxies: [127.0.0.0/8]",
    )


def tearDownModule():
    system.stop()


def get(path, session=None, headers=None):
    headers = dict(headers or {})
    if session:
        headers["Cookie"] = cookie_header(session)
    return fetch(system.url + path, "GET", headers)


def token_of(page):
    return re.search(r'name="csrf" value="([^"]+)"', page.text).group(1)


def post(path, session, fields, headers=None, address=None):
    headers = {**FORM, "Cookie": cookie_header(session), **(headers or {})}
    if address:
        headers["X-Forwarded-For"] = address
    headers = {name: value for name, value in headers.items() if value is not None}
    body = urllib.parse.urlencode(fields)
    return fetch(system.url + "/.gatekeeper/" + path, "POST", headers, body)


def form(session, path="factors", **fields):
    return {"csrf": token_of(get("/.gatekeeper/" + path, session)), **fields}


def new_user(name):
    return system.sign_up(name)


def protected(name):
    """A user with a verified authenticator app: session at aal1, at aal2, secret and factor."""
    session = new_user(name)
    secret, factor, strong = system.enroll(session)
    return system.sign_in(name), strong, secret, factor


def renewed(answer):
    jar = {}
    for line in answer.all("Set-Cookie"):
        name, value = line.split(";")[0].split("=", 1)
        jar[name] = value
    return session_in(jar)


class OpenRedirect(unittest.TestCase):
    SPELLINGS = [
        "//evil.example", "///evil.example", "////evil.example/%2f..", "/\\evil.example",
        "\\\\evil.example", "\\/evil.example", "/\\/evil.example", "\\/\\/evil.example",
        "//evil.example@127.0.0.1", "//127.0.0.1@evil.example", "//evil.example:80/x",
        "https://evil.example", "HTTPS://evil.example", "https:evil.example",
        "http:/\\evil.example", "http:///evil.example", "https:/evil.example", "ftp://evil.example",
        "https://127.0.0.1@evil.example", "https://127.0.0.1.evil.example", "/https://evil.example",
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "vbscript:x",
        "data:text/html,x", "blob:x", "file:///etc/passwd", "/%2f%2fevil.example",
        "/%2F%2Fevil.example", "%2f%2fevil.example", "/%5cevil.example", "/%5C%5Cevil.example",
        "/%09/evil.example", "/\t/evil.example", "\t//evil.example", "/\n/evil.example",
        "/\r/evil.example", " //evil.example", "/ /evil.example", "/\x00/evil.example",
        "/%00/evil.example", "/\x0b/evil.example", "/\x7f/evil.example", "/x/..//evil.example",
        "/.//evil.example", "/..//evil.example", "/%2e%2e//evil.example", "/%2e/evil.example",
        "/.%2e/evil.example", "/x/../../evil.example", "/x//evil.example", "/;//evil.example",
        "/#@evil.example", "/#//evil.example", "#//evil.example", "?//evil.example",
        "/x?a=b#//evil.example", "/\u2044\u2044evil.example", "/\uff0f\uff0fevil.example",
        "/\u2215\u2215evil.example", "/\u3000/evil.example", "/\u00a0/evil.example",
        "\u3002evil.example", "evil.example", "@evil.example", ".evil.example",
        "/%0d%0aLocation:%20https://evil.example", "/\r\nLocation: https://evil.example",
        "/\u560d\u560aLocation:x", "//%65vil.example", "//[::1]/x", "//0x7f000001/x",
        "/.gatekeeper/sign-out", "/.gatekeeper", "/<script>", "/\"onmouseover=\"x", "",
    ]

    @classmethod
    def setUpClass(cls):
        cls.weak, cls.strong, cls.secret, cls.factor = protected("redirect")

    @staticmethod
    def query(spelling):
        return urllib.parse.urlencode({"return_to": spelling})

    def test_no_spelling_leads_away(self):
        for spelling in self.SPELLINGS:
            with self.subTest(spelling):
                answer = get(f"/.gatekeeper/step-up?{self.query(spelling)}", self.strong)
                self.assertEqual(answer.status, 303)
                self.assertEqual(answer["Location"], system.url + "/")

    def test_no_spelling_gets_into_a_page_or_to_the_sign_in(self):
        for spelling in self.SPELLINGS:
            with self.subTest(spelling):
                for path, session in [
                    ("factors", self.strong), ("step-up", self.weak), ("enroll", self.strong),
                ]:
                    page = get(f"/.gatekeeper/{path}?{self.query(spelling)}", session)
                    self.assertEqual(page.status, 200)
                    self.assertNotIn("return_to", page.text)
                    self.assertNotIn(">Continue<", page.text)
                answer = get(f"/.gatekeeper/step-up?{self.query(spelling)}")
                self.assertNotIn("evil", answer["Location"])

    def test_no_form_leads_away_after_a_proof(self):
        for number, spelling in enumerate(["//evil.example", "/\\evil.example", "https:evil.example"]):
            with self.subTest(spelling):
                weak, _, secret, factor = protected(f"redirect-form-{number}")
                fields = form(weak, "step-up", action="verify", factor=factor, code=totp(secret))
                answer = post("step-up?return_to=//evil.example", weak, {**fields, "return_to": spelling})
                self.assertEqual(claims(renewed(answer))["aal"], "aal2")
                self.assertEqual(answer["Location"], system.url + "/")

    def test_a_parameter_twice_is_no_choice(self):
        url = "/.gatekeeper/step-up?return_to=/x&return_to=//evil.example"
        self.assertEqual(get(url, self.strong).status, 400)

    def test_a_path_with_its_query_leads_back(self):
        _, strong, _, _ = protected("redirect-back")
        answer = get("/.gatekeeper/step-up?return_to=%2Forders%2F7%3Fa%3D1%26b%3D%252F", strong)
        self.assertEqual(answer["Location"], system.url + "/orders/7?a=1&b=%2F")


class Forgery(unittest.TestCase):
    """CSRF: every form, with every way to forge it."""

    @classmethod
    def setUpClass(cls):
        cls.weak, cls.strong, cls.secret, cls.factor = protected("csrf")

    def forms(self):
        code = totp(self.secret)
        return [
            ("step-up", self.weak, {"action": "verify", "factor": self.factor, "code": code}),
            ("step-up", self.weak, {"action": "send", "factor": self.factor}),
            ("enroll", self.strong, {"action": "totp", "name": "evil"}),
            ("enroll", self.strong, {"action": "phone", "phone": "+15550100999"}),
            ("enroll", self.strong, {"action": "verify", "factor": self.factor, "code": code}),
            ("enroll", self.strong, {"action": "send", "factor": self.factor}),
            ("factors/remove", self.strong, {"action": "remove", "factor": self.factor}),
            ("sign-out", self.strong, {}),
        ]

    def test_without_the_right_token_nothing_happens(self):
        other = form(new_user("csrf-other"))["csrf"]
        for path, session, fields in self.forms():
            for token in [None, "", "x" * 43, other]:
                with self.subTest(path=path, action=fields.get("action"), token=token):
                    sent = fields if token is None else {**fields, "csrf": token}
                    answer = post(path, session, sent)
                    self.assertIsNone(renewed(answer))
                    self.assertIn(answer.status, (403, 303))
        self.unchanged()

    def test_from_another_site_not_even_the_right_token_helps(self):
        for path, session, fields in self.forms():
            token = form(session, "factors")["csrf"]
            for headers in [
                {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
                {"Sec-Fetch-Site": None, "Origin": "https://evil.example"},
                {"Sec-Fetch-Site": None, "Origin": "http://127.0.0.1:1"},
            ]:
                with self.subTest(path=path, action=fields.get("action"), headers=headers):
                    answer = post(path, session, {**fields, "csrf": token}, headers)
                    self.assertIsNone(renewed(answer))
                    self.assertIn(answer.status, (403, 303))
        self.unchanged()

    def unchanged(self):
        factors = system.user(self.strong)["factors"]
        self.assertEqual([factor["id"] for factor in factors], [self.factor])

    def test_reading_changes_nothing(self):
        before = len(system.messages("+15550100999"))
        for path, session, fields in self.forms():
            query = urllib.parse.urlencode({**fields, **form(session, "factors")})
            get(f"/.gatekeeper/{path}?{query}", session)
        self.unchanged()
        self.assertEqual(len(system.messages("+15550100999")), before)


class Framing(unittest.TestCase):
    def test_no_page_can_be_framed_cached_sniffed_or_followed(self):
        weak, strong, _, factor = protected("framing")
        guest = new_user("framing-new")
        for path, session in [
            ("step-up", weak), ("enroll", guest), ("factors", strong),
            (f"factors/remove?factor={factor}", strong), ("sign-out", None),
        ]:
            with self.subTest(path):
                answer = get(f"/.gatekeeper/{path}", session)
                policy = answer["Content-Security-Policy"]
                self.assertEqual(answer.status, 200, answer.text)
                self.assertIn("default-src 'none'", policy)
                self.assertIn("frame-ancestors 'none'", policy)
                self.assertIn("base-uri 'none'", policy)
                self.assertIn("form-action 'self'", policy)
                self.assertNotIn("unsafe", policy)
                self.assertNotIn("script-src", policy)
                self.assertEqual(answer["X-Frame-Options"], "DENY")
                self.assertEqual(answer["Cache-Control"], "no-store")
                self.assertEqual(answer["Referrer-Policy"], "no-referrer")
                self.assertEqual(answer["X-Content-Type-Options"], "nosniff")
                self.assertNotIn("<script", answer.text)


class Names(unittest.TestCase):
    HOSTILE = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</title><b>x",
        "'; alert(1); '", "&lt;b&gt;", "{{7*7}}",
    ]

    def test_a_name_is_text_wherever_it_is_shown(self):
        for number, name in enumerate(self.HOSTILE):
            with self.subTest(name):
                session = new_user(f"names-{number}")
                secret, factor, strong = system.enroll(session, name)
                weak = system.sign_in(f"names-{number}")
                for path, reader in [
                    ("step-up", weak), ("factors", strong),
                    (f"factors/remove?factor={factor}", strong),
                ]:
                    page = get(f"/.gatekeeper/{path}", reader).text
                    escaped = html.escape(name).replace("&#x27;", "&#39;")
                    self.assertNotIn(name, page.replace(escaped, ""))
                    self.assertIn(escaped, page)

    def test_a_line_break_in_a_name_starts_no_header(self):
        session = new_user("names-header")
        answer = post(
            "enroll",
            session,
            form(session, "enroll", action="totp", name="x\r\nSet-Cookie: evil=1\r\n\r\n<b>"),
        )
        self.assertEqual(answer.status, 200)
        self.assertEqual([line for line in answer.all("Set-Cookie") if "evil" in line], [])
        names = [factor["friendly_name"] for factor in system.user(session)["factors"]]
        self.assertEqual(names, ["xSet-Cookie: evil=1<b>"])

    def test_what_a_request_says_is_not_repeated_as_markup(self):
        weak, _, _, _ = protected("names-echo")
        hostile = urllib.parse.quote("\"><script>alert(1)</script>")
        for name in ["return_to", "for", "then", "factor", "challenge", "note", "x"]:
            with self.subTest(name):
                page = get(f"/.gatekeeper/step-up?{name}={hostile}", weak).text
                self.assertNotIn("<script", page)


class BruteForce(unittest.TestCase):
    def guess(self, session, factor, address):
        fields = form(session, "step-up", action="verify", factor=factor, code="000000")
        return post("step-up", session, fields, address=address)

    def test_one_session_is_stopped_and_told_how_long(self):
        weak, _, _, factor = protected("brute-session")
        statuses = [self.guess(weak, factor, "192.0.2.1").status for _ in range(7)]
        self.assertEqual(statuses, [422] * 5 + [429] * 2)
        page = self.guess(weak, factor, "192.0.2.1").text
        self.assertRegex(page, r"too many attempts. Try again in <bdi>\d+ s</bdi>")

    def test_the_right_code_does_not_help_while_waiting(self):
        weak, _, secret, factor = protected("brute-wait")
        for _ in range(5):
            self.guess(weak, factor, "192.0.2.2")
        fields = form(weak, "step-up", action="verify", factor=factor, code=totp(secret))
        answer = post("step-up", weak, fields, address="192.0.2.2")
        self.assertEqual(answer.status, 429)
        self.assertIsNone(renewed(answer))

    def test_new_sessions_and_addresses_do_not_start_anew(self):
        protected("brute-user")
        factor = None
        statuses = []
        for number in range(13):
            session = system.sign_in("brute-user")
            factor = factor or system.user(session)["factors"][0]["id"]
            statuses.append(self.guess(session, factor, f"198.51.100.{number}").status)
        self.assertEqual(statuses, [422] * 10 + [429] * 3)

    def test_one_address_cannot_try_many_users(self):
        users = [protected(f"brute-many-{number}") for number in range(9)]
        statuses = []
        for weak, _, _, factor in users:
            statuses += [self.guess(weak, factor, "203.0.113.9").status for _ in range(4)]
        self.assertEqual(statuses[:30], [422] * 30)
        self.assertEqual(set(statuses[30:]), {429})
        # Somebody else's address is not concerned.
        self.assertEqual(self.guess(users[8][0], users[8][3], "203.0.113.10").status, 422)


class PlantedCookies(unittest.TestCase):
    """Session fixation: cookies that an attacker put into the browser."""

    def test_two_different_sessions_under_one_name_are_none(self):
        victim, attacker = new_user("planted-victim"), new_user("planted-attacker")
        both = cookie_header(victim) + "; " + cookie_header(attacker)
        answer = fetch(system.url + "/.gatekeeper/factors", "GET", {"Cookie": both})
        self.assertEqual(answer.status, 303)
        self.assertIn("/login", answer["Location"])

    def test_a_foreign_refresh_token_renews_nothing(self):
        victim, _, secret, factor = protected("planted-refresh")
        attacker = new_user("planted-refresher")
        removable = system.verify(victim, factor, secret)
        mixed = {**removable, "refresh_token": attacker["refresh_token"]}
        answer = post(
            "factors/remove", mixed, form(mixed, action="remove", factor=factor)
        )
        session = renewed(answer)
        self.assertTrue(session is None or claims(session)["sub"] == claims(victim)["sub"])

    def test_the_page_says_whose_account_it_is(self):
        attacker = new_user("planted-owner")
        page = get("/.gatekeeper/enroll", attacker).text
        self.assertIn("Signed in as <bdi>planted-owner@example.test</bdi>", page)

    def test_chunks_beside_a_whole_cookie_do_not_count_and_are_taken_away(self):
        weak, _, secret, factor = protected("planted-beside")
        attacker = new_user("planted-beside-attacker")
        planted = {f"{COOKIE}.0": cookies(attacker)[COOKIE]}
        header = "; ".join(f"{name}={value}" for name, value in {**cookies(weak), **planted}.items())
        page = fetch(system.url + "/.gatekeeper/step-up", "GET", {"Cookie": header})
        self.assertIn("planted-beside@example.test", page.text)
        fields = {"csrf": token_of(page), "action": "verify", "factor": factor}
        answer = post("step-up", weak, {**fields, "code": totp(secret)}, {"Cookie": header})
        self.assertEqual(claims(renewed(answer))["sub"], claims(weak)["sub"])
        self.assertTrue(any(line.startswith(f"{COOKIE}.0=;") for line in answer.all("Set-Cookie")))

    def test_a_token_of_nobody_we_know_is_nobody(self):
        forged = new_user("planted-forged")
        head, payload, signature = forged["access_token"].split(".")
        for token in [f"{head}.{payload}.", f"{head}.{payload}.{signature[::-1]}", "x", ""]:
            with self.subTest(token[-8:]):
                answer = get("/.gatekeeper/factors", {**forged, "access_token": token})
                self.assertEqual(answer.status, 303)
                self.assertIn("/login", answer["Location"])

    def test_stale_chunks_are_taken_away(self):
        weak, _, secret, factor = protected("planted-chunks")
        fields = form(weak, "step-up", action="verify", factor=factor, code=totp(secret))
        header = cookie_header(weak) + f"; {COOKIE}.7=planted"
        answer = post("step-up", weak, fields, {"Cookie": header})
        self.assertEqual(claims(renewed(answer))["aal"], "aal2")
        cleared = [line for line in answer.all("Set-Cookie") if line.startswith(f"{COOKIE}.7=;")]
        self.assertEqual(len(cleared), 1)
        self.assertIn("Max-Age=0", cleared[0])


class ForeignFactors(unittest.TestCase):
    def test_a_factor_of_another_user_is_not_there(self):
        _, _, secret, theirs = protected("foreign-victim")
        weak, strong, _, _ = protected("foreign-attacker")
        fields = form(weak, "step-up", action="verify", factor=theirs, code=totp(secret))
        answer = post("step-up", weak, fields)
        self.assertEqual(answer.status, 422)
        self.assertIn("does not exist any more", answer.text)
        answer = post(
            "factors/remove", strong, form(strong, action="remove", factor=theirs)
        )
        self.assertIn("does not exist any more", answer.text)

    def test_a_phone_of_another_user_gets_no_message(self):
        victim = system.sign_in("pia")
        [theirs] = [factor["id"] for factor in system.user(victim)["factors"]]
        before = len(system.messages("+15550106"))
        weak, _, _, _ = protected("foreign-sender")
        answer = post("step-up", weak, form(weak, "step-up", action="send", factor=theirs))
        self.assertEqual(answer.status, 422)
        self.assertEqual(len(system.messages("+15550106")), before)

    def test_beside_a_verified_factor_aal1_enrolls_nothing(self):
        weak, strong, _, factor = protected("foreign-enrol")
        for fields in [{"action": "totp", "name": "evil"}, {"action": "phone", "phone": "+15550100998"}]:
            answer = post("enroll", weak, form(weak, "step-up", **fields))
            self.assertEqual(answer.status, 303)
            self.assertIn("/.gatekeeper/step-up", answer["Location"])
        self.assertEqual([f["id"] for f in system.user(strong)["factors"]], [factor])

    def test_a_used_challenge_is_used(self):
        weak, _, secret, factor = protected("foreign-replay")
        challenge = system.auth(
            f"factors/{factor}/challenge", {}, weak["access_token"]
        ).json["id"]
        fields = form(
            weak, "step-up", action="verify", factor=factor, challenge=challenge, code=totp(secret)
        )
        first = post("step-up", weak, fields)
        strong = renewed(first)
        self.assertEqual(claims(strong)["aal"], "aal2")
        again = post("step-up", strong, {**fields, **form(strong, "factors")})
        self.assertEqual(again.status, 422)
        self.assertIsNone(renewed(again))
        self.assertIn("used already", again.text)


class Programs(unittest.TestCase):
    def test_a_session_in_a_header_gets_the_step_up_challenge(self):
        weak, _, _, _ = protected("program")
        answer = get(
            "/.gatekeeper/step-up", headers={"Authorization": f"Bearer {weak['access_token']}"}
        )
        self.assertEqual(answer.status, 401)
        self.assertIn("insufficient_user_authentication", answer["WWW-Authenticate"])

    def test_odd_requests_are_refused(self):
        session = new_user("odd")
        cookie = {"Cookie": cookie_header(session)}
        url = system.url + "/.gatekeeper/"
        self.assertEqual(fetch(url + "step-up", "PUT", cookie).status, 405)
        self.assertEqual(fetch(url + "step-up?factor=%zz", "GET", cookie).status, 400)
        self.assertEqual(post("enroll", session, {"action": "format-disk"}).status, 400)
        self.assertEqual(post("enroll", session, {"x": "y" * 20_000}).status, 413)
        self.assertEqual(fetch(url + "nothing", "GET", cookie).status, 404)


class Silence(unittest.TestCase):
    def test_nothing_secret_is_ever_logged(self):
        """A whole journey: wrong and right codes, an app, a phone, a removal, the end."""
        weak, _, secret, factor = protected("silence")
        code = totp(secret)
        fields = form(weak, "step-up", action="verify", factor=factor, code="135790")
        post("step-up", weak, fields)
        strong = renewed(post("step-up", weak, {**fields, "code": code}))
        started = post("enroll", strong, form(strong, action="totp", name="Second"))
        shown = re.search(r'<code class="secret"[^>]*>([A-Z2-7 ]+)</code>', started.text).group(1)
        number = "+15550100444"
        asked = post("enroll", strong, form(strong, "enroll", action="phone", phone=number))
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(asked["Location"]).query)
        phone = {name: values[0] for name, values in query.items()}
        [message] = system.messages(number)
        proof = {**form(strong), **phone, "action": "verify", "code": message["code"]}
        both = renewed(post("enroll", strong, proof))
        post("factors/remove", both, form(both, action="remove", factor=factor))
        left = system.sign_in("silence")
        post("sign-out", left, form(left, "step-up"))
        system.wait(lambda: "/.gatekeeper/sign-out" in system.written)
        written = system.written
        self.assertIn("/.gatekeeper/factors/remove", written)
        sessions = [weak, strong, both, left]
        for hidden in [
            "135790", code, secret, shown, shown.replace(" ", ""), message["code"], number,
            number[1:], fields["csrf"], phone["challenge"], "silence@example.test",
            *(session[name] for session in sessions for name in ["access_token", "refresh_token"]),
            *(session["access_token"].split(".")[2] for session in sessions),
        ]:
            self.assertNotIn(hidden, written)


if __name__ == "__main__":
    unittest.main()
