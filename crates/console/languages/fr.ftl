red-button = J’ai saisi mon mot de passe

level-act-now = Agir maintenant
level-check-today = À vérifier aujourd’hui
level-for-information = Pour information

verdict-word-genuine = authentique
verdict-word-fake = faux
verdict-word-unproven = non prouvé
verdict-word-unrelated = sans rapport
verdict-genuine = Il vient vraiment de { $brand }.
verdict-fake = Il prétend venir de { $brand }, et les preuves disent le contraire.
verdict-unproven = Il prétend venir de { $brand } ; rien ne le prouve ni ne le dément.
verdict-unrelated = Il ne se réclame d’aucune place de marché ni d’aucun service de paiement que nous connaissons.

step-of = étape { $number } sur { $steps }
step-condition = Seulement si :
step-evidence = À conserver d’abord :
step-who = Qui
step-within = Dans un délai de
step-within-minutes = { $count ->
    [one] { $count } minute après les faits
   *[other] { $count } minutes après les faits
}
step-within-hours = { $count ->
    [one] { $count } heure après les faits
   *[other] { $count } heures après les faits
}
step-within-days = { $count ->
    [one] { $count } jour après les faits
   *[other] { $count } jours après les faits
}
step-proof = C’est réussi quand
step-contacts = Qui joindre
step-before = Étape précédente
step-next = Fait : étape suivante
step-last = C’était la dernière étape.
step-incident = Tenir un journal : ouvrir un incident

password-entered = Vous avez saisi le mot de passe sur une fausse page
password-entered-1 = N’utilisez plus l’onglet ni l’appareil suspects ; notez l’heure, l’adresse de la page et ce qui a été saisi (mot de passe, code, banque, carte, pièce d’identité).
password-entered-2 = Changez le mot de passe de la place de marché depuis un appareil qui n’a pas ouvert la fausse page, si possible sur un autre réseau, en tapant l’adresse vous-même ou avec un favori.
password-entered-3 = Si un code à usage unique a aussi été saisi : considérez la session comme prise. Fermez toutes les sessions par la procédure pour comptes compromis.
password-entered-4 = Changez le mot de passe de la boîte qui reçoit les codes et les avis s’il est identique ou proche ; fermez-y toutes les sessions.
password-entered-5 = Passez en revue les filtres, transferts, délégués et mots de passe d’application de la boîte ; supprimez ceux que vous ne connaissez pas.
