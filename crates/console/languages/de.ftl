red-button = Ich habe mein Passwort eingegeben

level-act-now = Sofort handeln
level-check-today = Heute prüfen
level-for-information = Zur Information

verdict-word-genuine = echt
verdict-word-fake = gefälscht
verdict-word-unproven = unbewiesen
verdict-word-unrelated = ohne Bezug
verdict-genuine = Sie kommt wirklich von { $brand }.
verdict-fake = Sie gibt vor, von { $brand } zu kommen, und die Belege sprechen dagegen.
verdict-unproven = Sie gibt vor, von { $brand } zu kommen; nichts beweist oder widerlegt das.
verdict-unrelated = Sie nennt keinen Marktplatz oder Zahlungsdienst, den wir kennen.

step-of = Schritt { $number } von { $steps }
step-condition = Nur wenn:
step-evidence = Zuerst sichern:
step-who = Wer
step-within = Innerhalb von
step-within-minutes = { $count ->
    [one] { $count } Minute nach dem Vorfall
   *[other] { $count } Minuten nach dem Vorfall
}
step-within-hours = { $count ->
    [one] { $count } Stunde nach dem Vorfall
   *[other] { $count } Stunden nach dem Vorfall
}
step-within-days = { $count ->
    [one] { $count } Tag nach dem Vorfall
   *[other] { $count } Tagen nach dem Vorfall
}
step-proof = Es hat geklappt, wenn
step-contacts = Wen Sie erreichen sollten
step-before = Schritt davor
step-next = Erledigt: nächster Schritt
step-last = Das war der letzte Schritt.
step-incident = Protokoll führen: einen Vorfall eröffnen

password-entered = Sie haben das Passwort auf einer falschen Seite eingegeben
password-entered-1 = Benutzen Sie den verdächtigen Tab und das Gerät nicht weiter; notieren Sie die Uhrzeit, die Adresse der Seite und was eingegeben wurde (Passwort, Code, Bank, Karte, Ausweis).
password-entered-2 = Ändern Sie das Passwort des Marktplatzes auf einem Gerät, das die falsche Seite nicht geöffnet hat, möglichst in einem anderen Netz; tippen Sie die Adresse selbst ein oder nehmen Sie ein Lesezeichen.
password-entered-3 = Wurde auch ein Einmalcode eingegeben: Betrachten Sie die Sitzung als übernommen. Melden Sie auf dem Weg für kompromittierte Konten alle Sitzungen ab.
password-entered-4 = Ändern Sie das Passwort des Postfachs, in dem Codes und Mitteilungen ankommen, wenn es gleich oder ähnlich ist; melden Sie dort alle Sitzungen ab.
password-entered-5 = Gehen Sie Filter, Weiterleitungen, Stellvertreter und App-Passwörter des Postfachs durch; entfernen Sie, was Sie nicht kennen.
