# The panic path, verdicts and levels. English is complete; another language may lack a
# line, which is then shown in English.

red-button = I typed my password

level-act-now = Act now
level-check-today = Check today
level-for-information = For information

verdict-word-genuine = genuine
verdict-word-fake = fake
verdict-word-unproven = unproven
verdict-word-unrelated = unrelated
verdict-genuine = It really comes from { $brand }.
verdict-fake = It claims to come from { $brand }, and the evidence says it does not.
verdict-unproven = It claims to come from { $brand }, and nothing proves or disproves that.
verdict-unrelated = It claims no marketplace or payment service that we know.

step-of = step { $number } of { $steps }
step-condition = Only if:
step-evidence = Save first:
step-who = Who
step-within = Within
step-within-minutes = { $count ->
    [one] { $count } minute from when it happened
   *[other] { $count } minutes from when it happened
}
step-within-hours = { $count ->
    [one] { $count } hour from when it happened
   *[other] { $count } hours from when it happened
}
step-within-days = { $count ->
    [one] { $count } day from when it happened
   *[other] { $count } days from when it happened
}
step-proof = It worked when
step-contacts = Whom to reach
step-before = Step before
step-next = Done: next step
step-last = That was the last step.
step-incident = Keep a log of it: open an incident

password-entered = Password typed into a false site
password-entered-1 = Stop using the suspect tab and device; note the time, the address of the page and what was typed (password, code, bank, card, ID).
password-entered-2 = Change the marketplace password from a device that did not open the false page, on another network where possible, by typing the address or a bookmark.
password-entered-3 = If a one-time code was also typed: treat the session as taken. Use the compromised-account flow to sign out every session.
password-entered-4 = Change the password of the mailbox that receives the codes and notices, when equal or similar; sign out all sessions there.
password-entered-5 = List mailbox filters, forwarding, delegates and app passwords; remove unknown ones.
