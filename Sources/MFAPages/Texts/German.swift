/// The pages in German.
enum German {
    static let texts: [TextKey: Phrase] = [
        .signedInAs: "Angemeldet als {account}",
        .signOut: "Abmelden",
        .manageFactors: "Faktoren verwalten",
        .goOn: "Weiter",
        .tryAgain: "Noch einmal versuchen",
        .signInOrUp: "Anmelden oder Konto anlegen",
        .signInAgain: "Neu anmelden",
        .support: "Hilfe bekommen",
        .errorPrefix: "Fehler: {title}",

        .totpName: "Authenticator-App",
        .phoneName: "Telefon",
        .webauthnName: "Sicherheitsschlüssel",
        .otherName: "Anderer Faktor",
        .smsName: "SMS",
        .whatsappName: "WhatsApp",

        .whyFactor: "Dieser Bereich von {name} verlangt einen zweiten Faktor.",
        .whyRecent:
            "Dieser Bereich von {name} verlangt einen zweiten Faktor, der vor höchstens {time} benutzt wurde.",
        .whyMethod: "Dieser Bereich von {name} verlangt einen dieser Faktoren: {factors}.",
        .whyEnroll: "{name} bittet dich, dein Konto mit einem zweiten Faktor zu schützen.",
        .whyRemove: "Bevor ein Faktor entfernt wird, zeige, dass er dir gehört.",
        .whyAdd: "Bevor ein Faktor dazukommt, benutze einen, den du schon hast.",

        .challengeTitle: "Bestätige, dass du es bist",
        .totpPrompt: "Gib den Code ein, den deine Authenticator-App für {factor} zeigt.",
        .phonePrompt: "Wir schicken einen Code an dein Telefon {phone}.",
        .phoneSent:
            "Wir haben einen Code an dein Telefon {phone} geschickt. Frühere Codes gelten, bis sie ablaufen.",
        .codeLabel: "Code",
        .codeHint: "Nur die Ziffern; Leerzeichen stören nicht.",
        .verify: "Bestätigen",
        .sendCode: "Code schicken",
        .sendAgain: "Weiteren Code schicken",
        .resendAfter: "Einen weiteren Code gibt es {time} nach dem letzten.",
        .channelLabel: "Wie der Code zu dir kommt",
        .otherWays: "Anderen Faktor benutzen",
        .useFactor: "{factor} benutzen",
        .lostTitle: "Gerät verloren?",
        .lostOthers: "Benutze oben einen deiner anderen Faktoren, oder:",
        .lostSupport: "Bitte um Hilfe: Dort kann jemand prüfen, wer du bist.",
        .lostNobody: "Bitte die Betreiber von {name}, deinen zweiten Faktor zurückzusetzen.",

        .enrollTitle: "Zweiten Faktor einrichten",
        .enrollIntro: "Er hält andere fern, auch wenn sie dein Passwort kennen.",
        .totpOffer: "Authenticator-App",
        .totpOfferHint:
            "Eine App auf dem Telefon oder Computer zeigt alle 30 Sekunden einen neuen Code.",
        .totpStart: "App einrichten",
        .phoneOffer: "Telefon",
        .phoneOfferHint: "Du bekommst einen Code, wann immer du einen brauchst.",
        .phoneLabel: "Telefonnummer",
        .phoneHint: "Mit Landesvorwahl, zum Beispiel +49 1512 3456789.",
        .nameLabel: "Name dieses Faktors",
        .nameHint: "Damit du ihn später von anderen unterscheiden kannst.",
        .setupTitle: "Authenticator-App verbinden",
        .setupScan: "Lies dieses Bild mit der App ein.",
        .setupPicture: "QR-Code für deine Authenticator-App",
        .setupSecret: "Geht das nicht? Tippe diesen Schlüssel in die App:",
        .setupOpen: "In einer App auf diesem Gerät öffnen",
        .setupConfirm: "Gib dann den Code ein, den die App zeigt.",
        .setupGone:
            "Das Bild wird nur einmal gezeigt. Wenn die App verbunden ist, gib ihren Code ein.",
        .confirmPhoneTitle: "Telefon bestätigen",
        .startOver: "Von vorn beginnen",
        .enrolled: "Dein zweiter Faktor ist eingerichtet.",

        .factorsTitle: "Deine zweiten Faktoren",
        .factorsNone: "Du hast noch keinen zweiten Faktor.",
        .factorsOne:
            "Füge einen weiteren hinzu, damit dich ein verlorenes Gerät nicht aussperrt.",
        .unfinished: "nicht fertig eingerichtet",
        .addFactor: "Faktor hinzufügen",
        .remove: "Entfernen",
        .removeNamed: "{factor} entfernen",
        .removed: "Der Faktor wurde entfernt.",
        .removeTitle: "Diesen Faktor entfernen?",
        .removeQuestion: "{factor} gilt dann nicht mehr für {name}.",
        .removeLast:
            "Es ist dein einziger Faktor. Manche Bereiche von {name} verlangen danach einen neuen.",
        .removeConfirm: "Entfernen",
        .cancel: "Abbrechen",

        .signOutTitle: "Abmelden?",
        .signOutQuestion: "Das beendet deine Sitzung in diesem Browser.",
        .signedOutTitle: "Du bist abgemeldet",
        .signedOutText: "Du kannst dieses Fenster schließen oder dich neu anmelden.",
        .stuckHelp: "Wenn das nicht stimmt, frage die Betreiber von {name}.",
        .stuckTitle: "Das geht hier nicht",
        .stuckAnonymous: "Gäste können keinen zweiten Faktor haben. Lege zuerst ein Konto an.",
        .stuckNoEmail: "Eine Authenticator-App braucht ein Konto mit E-Mail-Adresse.",
        .stuckSwitchedOff: "Diese Art von Faktor ist abgeschaltet.",
        .stuckUnsupported:
            "Diese Seite kann mit {factors} nicht umgehen, und nichts anderes wird hier angenommen.",
        .stuckForeign:
            "Die zweiten Faktoren dieses Kontos werden dort verwaltet, wo du dich angemeldet hast.",
        .stuckDenied: "Dein Konto darf hier nicht hinein, mit oder ohne zweiten Faktor.",
        .stuckNothingOffered:
            "Was hier verlangt wird, lässt sich auf dieser Seite nicht einrichten: {factors}.",
        .noFactorTitle: "Noch kein zweiter Faktor",
        .noFactorText:
            "Es gibt nichts, womit du bestätigen könntest. Du kannst jetzt einen Faktor einrichten.",
        .failedTitle: "Das hat nicht geklappt",

        .codeMalformed: "Ein Code hat 6 bis 10 Ziffern.",
        .phoneMalformed: "Das ist keine Telefonnummer mit Landesvorwahl.",
        .wrongCode: "Dieser Code ist falsch. Codes wechseln: Gib den neuesten ein.",
        .codeExpired: "Dieser Code ist falsch oder abgelaufen. Fordere einen neuen an.",
        .challengeGone:
            "Dieser Versuch ist vorbei oder wurde schon benutzt. Fordere einen neuen Code an.",
        .factorGone: "Diesen Faktor gibt es nicht mehr.",
        .nameTaken: "Du hast schon einen Faktor mit diesem Namen. Wähle einen anderen.",
        .phoneTaken: "Diese Telefonnummer ist schon einer deiner Faktoren.",
        .tooManyFactors: "Mehr Faktoren sind nicht möglich. Entferne zuerst einen.",
        .needsFactorFirst: "Benutze zuerst einen deiner Faktoren.",
        .rejected:
            "Der Versuch wurde abgelehnt, und deine Sitzungen wurden beendet. Melde dich neu an.",
        .smsTooSoon: "Gerade wurde ein Code geschickt. Einen weiteren gibt es in {time}.",
        .tooManyRequests: "Es gab zu viele Anfragen. Versuche es in {time} noch einmal.",
        .tooManyAttempts: "Es gab zu viele Versuche. Versuche es in {time} noch einmal.",
        .sessionOver: "Deine Sitzung ist zu Ende. Melde dich neu an.",
        .banned: "Dieses Konto ist gesperrt.",
        .notAccepted: "Die Eingabe wurde nicht angenommen.",
        .formStale:
            "Die Seite war älter als deine Sitzung, deshalb ist nichts geschehen. Bitte wiederhole es.",
        .unavailable: "Der Anmeldedienst ist nicht erreichbar. Versuche es gleich noch einmal.",
        .unknownProblem:
            "Der Anmeldedienst meldet ein Problem ({code}). Versuche es noch einmal.",

        .seconds: "{count} s",
        .minutes: "{count} min",
    ]
}
