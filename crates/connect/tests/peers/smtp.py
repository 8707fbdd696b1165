"""A real SMTP server (aiosmtpd) on loopback, for tests.

Usage: smtp.py MODE [CERT KEY]. Prints its port, then one JSON line for each mail.
Modes: plain, starttls, tls, login (starttls + user and password), later (answers 451 to
the first recipient command), refuse (answers 550 to wrong@…), silent (never greets).
"""
import asyncio
import email
import email.policy
import json
import socket
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

mode = sys.argv[1]
context = None
if len(sys.argv) > 3:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sys.argv[2], sys.argv[3])


def say(value):
    print(json.dumps(value), flush=True)


class Handler:
    tries = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        Handler.tries += 1
        if mode == "later" and Handler.tries == 1:
            return "451 4.7.1 grey list, s3cret words of the server"
        if mode == "refuse" and address.startswith("wrong@"):
            return "550 5.1.1 no such user " + address
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
        say({
            "parts": parts,
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "content": envelope.content.decode("utf-8", "replace"),
            "tls": session.ssl is not None or mode == "tls",
            "login": bool(session.authenticated),
        })
        return "250 taken"


def authenticator(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (b"seller", b"s3cret-word")
    return AuthResult(success=good, handled=good)


def protocol():
    options = {"hostname": "localhost", "enable_SMTPUTF8": True}
    if mode in ("starttls", "login"):
        options.update(tls_context=context, require_starttls=True)
    if mode == "login":
        options.update(authenticator=authenticator, auth_required=True)
    return SMTP(Handler(), **options)


async def main():
    loop = asyncio.get_running_loop()
    if mode == "silent":
        server = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0)
    else:
        outer = context if mode == "tls" else None
        server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=outer)
    say(server.sockets[0].getsockname()[1])
    # The test that started us holds the other end; when it is gone, so are we.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
