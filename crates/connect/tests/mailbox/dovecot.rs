//! A Dovecot of our own: on a free loopback port, in a temporary folder, with one user.
//!
//! A small shell runs it and waits for the end of its input. However this process
//! ends, the input ends with it, and the server is stopped and its folder removed.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::expect_used, reason = "only tests use it")]

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The user and the password.
pub const USER: &str = "mia";
/// Its password.
pub const PASSWORD: &str = "correct horse";
/// The access token that the server takes, where it asks an endpoint about tokens.
pub const TOKEN: &str = "ya29.good-token";

const SERVER: &str = "/usr/sbin/dovecot";
/// A start takes half a second; a busy machine may need many more.
const START_WITHIN: Duration = Duration::from_mins(1);
const RUN: &str = r#"
"$SERVER" -F -c "$FOLDER/dovecot.conf" >"$FOLDER/out" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -TERM "$server"
wait "$server"
rm -rf "$FOLDER"
"#;

/// A running server.
pub struct Dovecot {
    /// Its port for IMAP over TLS.
    pub port: u16,
    folder: PathBuf,
    shell: Child,
}

impl Dovecot {
    /// Starts one; `None` (and a word about it) where Dovecot is not installed.
    pub fn start() -> Option<Dovecot> {
        Dovecot::with("")
    }

    /// Starts one with further settings.
    pub fn with(more: &str) -> Option<Dovecot> {
        if !Path::new(SERVER).exists() {
            eprintln!("skipped: no Dovecot (tests/setup installs it)");
            return None;
        }
        let folder = tempfile::Builder::new().prefix("sellkeep-imap").tempdir();
        let folder = folder.expect("a temporary folder").keep();
        let port = free_port();
        certify(&folder);
        std::fs::write(
            folder.join("users"),
            format!("{USER}:{{PLAIN}}{PASSWORD}::::::\n"),
        )
        .expect("users");
        std::fs::write(
            folder.join("dovecot.conf"),
            configuration(&folder, port, more),
        )
        .expect("a configuration");
        std::fs::create_dir(folder.join("mail")).expect("a folder for mail");
        hand_over(&folder);
        let mut command = Command::new("sh");
        command
            .args(["-c", RUN])
            .env("SERVER", SERVER)
            .env("FOLDER", &folder);
        command.stdin(Stdio::piped()).process_group(0);
        let shell = command.spawn().expect("a shell");
        let mut server = Dovecot {
            port,
            folder,
            shell,
        };
        server.wait();
        Some(server)
    }

    /// The certificate, as PEM.
    pub fn certificate(&self) -> String {
        std::fs::read_to_string(self.folder.join("cert.pem")).expect("the certificate")
    }

    /// Puts a mail into a folder, as a delivery does.
    pub fn deliver(&self, folder: &str, mail: &[u8]) {
        let mut child = self.doveadm(&["save", "-u", USER, "-m", folder]);
        let mut child = child.stdin(Stdio::piped()).spawn().expect("doveadm");
        let mut input = child.stdin.take().expect("piped");
        input.write_all(mail).expect("written");
        drop(input);
        assert!(child.wait().expect("doveadm").success(), "{}", self.log());
    }

    /// Puts many mails into the inbox at once, before anybody reads it.
    pub fn fill(&self, mails: impl Iterator<Item = Vec<u8>>) {
        let inbox = self.folder.join("mail").join(USER).join("Maildir");
        for folder in ["cur", "new", "tmp"] {
            std::fs::create_dir_all(inbox.join(folder)).expect("a maildir");
        }
        for (number, mail) in mails.enumerate() {
            let name = format!("{}.M{number}P1.test:2,", 1_700_000_000 + number);
            std::fs::write(inbox.join("cur").join(name), mail).expect("a mail");
        }
        hand_over(&self.folder);
    }

    /// Makes a script the active rules of the mailbox.
    pub fn rules(&self, script: &str) {
        let home = self.folder.join("mail").join(USER);
        std::fs::create_dir_all(home.join("sieve")).expect("a folder for rules");
        std::fs::write(home.join("sieve/main.sieve"), script).expect("a script");
        let active = home.join(".dovecot.sieve");
        let _ = std::fs::remove_file(&active);
        std::os::unix::fs::symlink("sieve/main.sieve", active).expect("a link");
        hand_over(&self.folder);
    }

    /// Runs an administrator's command and returns what it says.
    pub fn admin(&self, arguments: &[&str]) -> String {
        let output = self.doveadm(arguments).output().expect("doveadm");
        assert!(
            output.status.success(),
            "{arguments:?}: {}\n{}",
            String::from_utf8_lossy(&output.stderr),
            self.log()
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// UIDs and flags of every mail of a folder.
    pub fn flags(&self, folder: &str) -> String {
        self.admin(&["fetch", "-u", USER, "uid flags", "mailbox", folder])
    }

    fn doveadm(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("doveadm");
        command
            .arg("-c")
            .arg(self.folder.join("dovecot.conf"))
            .args(arguments);
        command
    }

    fn log(&self) -> String {
        ["out", "log"]
            .map(|name| std::fs::read_to_string(self.folder.join(name)).unwrap_or_default())
            .concat()
    }

    fn wait(&mut self) {
        let end = Instant::now() + START_WITHIN;
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let running = self.shell.try_wait().expect("the shell").is_none();
            assert!(
                running && Instant::now() < end,
                "Dovecot does not start:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// A port that nobody uses.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// A certificate for `localhost` that vouches for itself; the test trusts it alone.
pub fn certify(folder: &Path) {
    let output = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
        ])
        .args([
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
        ])
        .args([
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
        ])
        .current_dir(folder)
        .output()
        .expect("openssl");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Mail must not belong to root, so root hands it to the user that owns nothing.
fn hand_over(folder: &Path) {
    if is_root() {
        let done = Command::new("chown")
            .arg("-R")
            .arg("nobody:nogroup")
            .arg(folder.join("mail"))
            .status();
        assert!(done.expect("chown").success());
        let opened = Command::new("chmod").arg("755").arg(folder).status();
        assert!(opened.expect("chmod").success());
    }
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

fn configuration(folder: &Path, port: u16, more: &str) -> String {
    let own = std::fs::metadata("/proc/self").expect("this process");
    let (uid, gid) = if is_root() {
        (65534, 65534)
    } else {
        (own.uid(), own.gid())
    };
    let user = if is_root() {
        "default_login_user = nobody\ndefault_internal_user = nobody\ndefault_internal_group = nogroup".to_owned()
    } else {
        let name = std::env::var("USER").unwrap_or_default();
        format!("default_login_user = {name}\ndefault_internal_user = {name}")
    };
    let folder = folder.display();
    format!(
        "base_dir = {folder}/run\nstate_dir = {folder}/state\nlog_path = {folder}/log\nprotocols = imap\nlisten = 127.0.0.1\n\
         {user}\nfirst_valid_uid = 1\nssl = required\nssl_cert = <{folder}/cert.pem\nssl_key = <{folder}/key.pem\n\
         mail_location = maildir:~/Maildir\nmail_fsync = never\nmaildir_very_dirty_syncs = yes\n\
         service imap-login {{\n  chroot =\n  inet_listener imap {{\n    port = 0\n  }}\n  inet_listener imaps {{\n    port = {port}\n    ssl = yes\n  }}\n}}\n\
         service anvil {{\n  chroot =\n}}\n\
         auth_failure_delay = 0\nauth_mechanisms = plain login xoauth2\n\
         passdb {{\n  driver = passwd-file\n  mechanisms = plain login\n  args = {folder}/users\n}}\n\
         userdb {{\n  driver = static\n  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes\n}}\n\
         namespace inbox {{\n  inbox = yes\n  separator = /\n  mailbox Junk {{\n    auto = create\n    special_use = \\Junk\n  }}\n\
           mailbox Papierkorb {{\n    auto = create\n    special_use = \\Trash\n  }}\n  mailbox Archive {{\n    auto = create\n    special_use = \\Archive\n  }}\n}}\n\
         {more}\n"
    )
}
