red-button = Ho digitato la mia password

level-act-now = Agire ora
level-check-today = Controllare oggi
level-for-information = Per informazione

verdict-word-genuine = autentico
verdict-word-fake = falso
verdict-word-unproven = non provato
verdict-word-unrelated = senza relazione
verdict-genuine = Viene davvero da { $brand }.
verdict-fake = Sostiene di venire da { $brand }, e le prove dicono di no.
verdict-unproven = Sostiene di venire da { $brand }; nulla lo prova né lo smentisce.
verdict-unrelated = Non si richiama a nessun marketplace o servizio di pagamento che conosciamo.

step-of = passo { $number } di { $steps }
step-condition = Solo se:
step-evidence = Da salvare prima:
step-who = Chi
step-within = Entro
step-within-minutes = { $count ->
    [one] { $count } minuto dall’accaduto
   *[other] { $count } minuti dall’accaduto
}
step-within-hours = { $count ->
    [one] { $count } ora dall’accaduto
   *[other] { $count } ore dall’accaduto
}
step-within-days = { $count ->
    [one] { $count } giorno dall’accaduto
   *[other] { $count } giorni dall’accaduto
}
step-proof = Ha funzionato quando
step-contacts = Chi contattare
step-before = Passo precedente
step-next = Fatto: passo successivo
step-last = Questo era l’ultimo passo.
step-incident = Tenere un registro: aprire un incidente

password-entered = Ha digitato la password su una pagina falsa
password-entered-1 = Non usi più la scheda e il dispositivo sospetti; annoti l’ora, l’indirizzo della pagina e ciò che è stato digitato (password, codice, banca, carta, documento d’identità).
password-entered-2 = Cambi la password del marketplace da un dispositivo che non ha aperto la pagina falsa, possibilmente su un’altra rete, digitando lei stesso l’indirizzo o con un segnalibro.
password-entered-3 = Se è stato digitato anche un codice monouso: consideri la sessione presa. Chiuda tutte le sessioni con la procedura per gli account compromessi.
password-entered-4 = Cambi la password della casella che riceve i codici e gli avvisi, se è uguale o simile; chiuda lì tutte le sessioni.
password-entered-5 = Controlli filtri, inoltri, delegati e password per le app della casella; rimuova quelli che non conosce.
